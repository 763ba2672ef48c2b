/* Stands in for the program on Windows: writes down how it was started. */
#include <stdio.h>
#include <windows.h>

int main(void)
{
    FILE *out;
    /* Beside what is removed, so that it can be read afterwards. */
    out = fopen("C:\\probe.txt", "a");
    if (out == NULL)
        return 1;
    fprintf(out, "%s\n", GetCommandLineA());
    fclose(out);
    return 0;
}
