#!/bin/sh
# root.sh JAVA_HOME JARS SOURCES ROOT: lays out the file system of the image. Linux with glibc.
set -eu
java_home=$1
jars=$2
sources=$3
root=$4
# What logging, metrics, the log and the engine ask of the JDK; java.desktop and the rest of it stay out.
modules=java.base,java.compiler,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml,jdk.compiler,jdk.crypto.ec,jdk.management,jdk.unsupported,jdk.zipfs

rm -rf "$root"
# Where the image plugin looks for classes of this module, of which there are none.
mkdir -p "$root/../classes"
mkdir -p "$root/opt/cleave" "$root/etc" "$root/tmp" "$root/data"
"$java_home/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress 2 --output "$root/opt/java"
cp "$jars/cleave.jar" "$root/opt/cleave/"
cp -r "$jars/lib" "$root/opt/cleave/lib"
cp "$sources/LICENSE" "$root/opt/cleave/"

# The C library and what else the JVM and RocksDB are linked against, from this machine.
native=$(mktemp -d)
trap 'rm -rf "$native"' EXIT
(cd "$native" && "$java_home/bin/jar" xf "$jars"/lib/rocksdbjni-*.jar)
find "$root/opt/java" "$native" -type f \( -name '*.so' -o -name java \) -exec ldd {} + 2>/dev/null |
  sed -n 's/.*=> \(\/[^ ]*\) (.*/\1/p; s/^[[:space:]]*\(\/lib64\/[^ ]*\) (.*/\1/p' | grep -v "^$root\|^$native" | sort -u > "$native/libraries"
for more in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
  for at in /lib/x86_64-linux-gnu /usr/lib64; do
    if [ -e "$at/$more" ]; then echo "$at/$more" >> "$native/libraries"; fi
  done
done
while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done < "$native/libraries"
printf 'cleave:x:65532:65532::/data:/nonexistent\n' > "$root/etc/passwd"
printf 'cleave:x:65532:\n' > "$root/etc/group"
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"
