/* Run the Python library beside this program with its arguments. */
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

typedef int (*python_main)(int, wchar_t **);

static int run(int count, wchar_t **arguments) {
  HMODULE library = LoadLibraryW(L"python311.dll");
  if (!library) {
    fwprintf(stderr, L"python311.dll: error %lu\n", GetLastError());
    return 103;
  }
  return ((python_main)(void *)GetProcAddress(library, "Py_Main"))(count,
                                                                   arguments);
}

#ifdef WINDOWED
int WINAPI wWinMain(HINSTANCE self, HINSTANCE none, LPWSTR line, int show) {
  return run(__argc, __wargv);
}
#else
int wmain(int count, wchar_t **arguments) { return run(count, arguments); }
#endif
