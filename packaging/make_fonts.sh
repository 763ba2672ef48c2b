#!/bin/sh
# Build the fonts of claude_tray/ui/graphics/typefaces/ from Inter's OTF files
# (version 3.19): Latin, Greek and Cyrillic letters, symbols, tabular digits.
# Needs pyftsubset (fonttools).
#   sh packaging/make_fonts.sh FOLDER_WITH_INTER
set -eu
from=$1
into=$(dirname "$0")/../claude_tray/ui/graphics/typefaces
letters="U+20-7E,U+A0-17F,U+370-3FF,U+400-45F,U+490-491,U+2010-2015"
letters="$letters,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032-2033"
letters="$letters,U+2039-203A,U+20AC,U+20BD,U+2122,U+2190-2193,U+2212"
letters="$letters,U+2248,U+2264-2265,U+D7,U+25B2,U+25BC,U+25CF"
for weight in Regular Medium SemiBold Bold; do
  pyftsubset "$from/Inter-$weight.otf" \
    --unicodes="$letters" \
    --layout-features=kern,tnum,case,ccmp,locl,mark \
    --no-hinting --desubroutinize \
    --output-file="$into/Inter-$weight.otf"
done
