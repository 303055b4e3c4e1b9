"""What scripts/providers.py cannot read from Debian's packages.

Written by hand, from knowledge of these package managers, and blank where that was not
sure: a wrong name is worse than none. CMake names given here are those of CMake's own Find
modules; checked() compares them with the modules that are installed.
"""
import glob, re
from pathlib import Path

# Of packages with the same library, the one to install where nothing else is said.
PREFERRED = {"libcurl4-openssl-dev", "libblas-dev", "liblapack-dev", "libhdf5-dev", "libopenmpi-dev", "libjack-jackd2-dev",
             "libncurses-dev", "libgl-dev", "libgles-dev", "libegl-dev"}
# Packages that stand for others of another source package: these are taken in their place.
FOLLOWED = {"default-libmysqlclient-dev", "mpi-default-dev", "libboost-all-dev", "libgl1-mesa-dev", "libglu1-mesa-dev"}
# The package to name in the place of one that only some installations want.
INSTEAD = {"libmariadb-dev-compat": "default-libmysqlclient-dev", "libopenblas-pthread-dev": "libopenblas-dev"}
# Taken whatever their place in the count.
ALSO = ["libgrpc++-dev", "librdkafka-dev", "librocksdb-dev", "libabsl-dev", "libleveldb-dev", "libnghttp2-dev", "libgeos-dev", "libtidy-dev",
        "libmosquitto-dev", "libwebsockets-dev", "librabbitmq-dev", "libpsl-dev", "libczmq-dev", "libgflags-dev", "libgoogle-glog-dev",
        "libre2-dev", "libgit2-dev", "libboost-locale-dev", "libboost-timer-dev", "libboost-graph-dev", "libboost-log-dev",
        "libboost-random-dev", "libboost-context-dev", "libboost-coroutine-dev", "libboost-json-dev", "libboost-url-dev",
        "libopenblas-dev", "libliquid-dev", "libx264-dev", "libx265-dev", "libaom-dev", "libdav1d-dev", "libgtest-dev", "libbenchmark-dev",
        "libglfw3-dev", "libassimp-dev", "libbullet-dev", "libode-dev", "liballegro5-dev", "libsfml-dev", "libbox2d-dev", "libpoco-dev",
        "libcpprest-dev", "libpqxx-dev", "libmysqlcppconn-dev", "libgoogle-perftools-dev", "libnsl-dev",
        "libmagick++-6.q16-dev", "libmagickwand-6.q16-dev", "libplplot-dev", "libglpk-dev", "libnlopt-dev", "libceres-dev", "libtesseract-dev",
        "libleptonica-dev", "libzbar-dev", "libqrencode-dev", "liburing-dev", "libbpf-dev", "libdwarf-dev", "libbacktrace-dev", "libgeotiff-dev",
        "libspatialite-dev", "libopenimageio-dev", "libembree-dev", "libosmesa6-dev", "libglvnd-dev", "libxcb-cursor-dev", "libzookeeper-mt-dev",
        "libcapstone-dev", "libkeystone-dev", "libvncserver-dev", "libsrt-openssl-dev", "librtmp-dev", "libass-dev",
        "libblosc-dev", "libcmark-dev", "libmodbus-dev", "libcoap3-dev", "libpaho-mqtt-dev", "libnanomsg-dev", "libtbb-dev", "libdlib-dev",
        "libusb-1.0-0-dev", "libonig-dev", "libsimdjson-dev", "libcrypto++-dev", "libbotan-2-dev", "libwolfssl-dev", "libthrift-dev",
        "libcbor-dev", "libfido2-dev", "libgc-dev", "libatomic-ops-dev", "libopenscenegraph-dev", "libgts-dev", "libqhull-dev"]

# libraries | CMake | Homebrew | vcpkg | Conan | Rust crate that binds it
TABLE = """
z | ZLIB ZLIB::ZLIB | zlib | zlib | zlib | libz-sys
ssl | OpenSSL OpenSSL::SSL | openssl@3 | openssl | openssl | openssl-sys
crypto | OpenSSL OpenSSL::Crypto | openssl@3 | openssl | openssl | openssl-sys
curl | CURL CURL::libcurl | curl | curl | libcurl | curl-sys
sqlite3 | SQLite3 SQLite::SQLite3 | sqlite | sqlite3 | sqlite3 | libsqlite3-sys
xml2 | LibXml2 LibXml2::LibXml2 | libxml2 | libxml2 | libxml2 |
xslt | LibXslt LibXslt::LibXslt | libxslt | libxslt | libxslt |
exslt | LibXslt LibXslt::LibExslt | libxslt | libxslt | libxslt |
png | PNG PNG::PNG | libpng | libpng | libpng | libpng-sys
jpeg | JPEG JPEG::JPEG | jpeg-turbo | libjpeg-turbo | libjpeg-turbo |
turbojpeg | | jpeg-turbo | libjpeg-turbo | libjpeg-turbo | turbojpeg-sys
tiff | TIFF TIFF::TIFF | libtiff | tiff | libtiff |
webp webpdemux webpmux | | webp | libwebp | libwebp | libwebp-sys
gif | GIF GIF::GIF | giflib | giflib | giflib |
bz2 | BZip2 BZip2::BZip2 | bzip2 | bzip2 | bzip2 | bzip2-sys
lzma | LibLZMA LibLZMA::LibLZMA | xz | liblzma | xz_utils | lzma-sys
zstd | | zstd | zstd | zstd | zstd-sys
lz4 | | lz4 | lz4 | lz4 | lz4-sys
lzo2 | | lzo | lzo | lzo |
snappy | | snappy | snappy | snappy |
brotlienc brotlidec brotlicommon | | brotli | brotli | brotli |
expat | EXPAT EXPAT::EXPAT | expat | expat | expat | expat-sys
freetype | Freetype Freetype::Freetype | freetype | freetype | freetype | freetype-sys
fontconfig | Fontconfig Fontconfig::Fontconfig | fontconfig | fontconfig | fontconfig | yeslogic-fontconfig-sys
harfbuzz harfbuzz-icu harfbuzz-subset | | harfbuzz | harfbuzz | harfbuzz | harfbuzz-sys
fribidi | | fribidi | fribidi | fribidi |
cairo | | cairo | cairo | cairo | cairo-sys-rs
cairo-gobject | | cairo | cairo | cairo |
pixman-1 | | pixman | pixman | pixman |
pango-1.0 | | pango | pango | pango | pango-sys
pangocairo-1.0 | | pango | pango | pango | pangocairo-sys
pangoft2-1.0 | | pango | pango | pango |
glib-2.0 | | glib | glib | glib | glib-sys
gobject-2.0 | | glib | glib | glib | gobject-sys
gio-2.0 | | glib | glib | glib | gio-sys
gmodule-2.0 gthread-2.0 | | glib | glib | glib |
gtk-3 | | gtk+3 | gtk3 | | gtk-sys
gdk-3 | | gtk+3 | gtk3 | | gdk-sys
gtk-4 | | gtk4 | gtk | | gtk4-sys
gtk-x11-2.0 gdk-x11-2.0 | | gtk+ | | |
gdk_pixbuf-2.0 | | gdk-pixbuf | gdk-pixbuf | gdk-pixbuf | gdk-pixbuf-sys
atk-1.0 | | at-spi2-core | | | atk-sys
rsvg-2 | | librsvg | | |
X11 | X11 X11::X11 | libx11 | | xorg |
X11-xcb | X11 X11::X11_xcb | libx11 | | xorg |
xcb | X11 X11::xcb | libxcb | | xorg |
Xext | X11 X11::Xext | libxext | | xorg |
Xrandr | X11 X11::Xrandr | libxrandr | | xorg |
Xi | X11 X11::Xi | libxi | | xorg |
Xcursor | X11 X11::Xcursor | libxcursor | | xorg |
Xinerama | X11 X11::Xinerama | libxinerama | | xorg |
Xrender | X11 X11::Xrender | libxrender | | xorg |
Xfixes | X11 X11::Xfixes | libxfixes | | xorg |
Xcomposite | X11 X11::Xcomposite | libxcomposite | | xorg |
Xdamage | X11 X11::Xdamage | libxdamage | | xorg |
Xt | X11 X11::Xt | libxt | | xorg |
Xmu | X11 X11::Xmu | libxmu | | xorg |
Xaw | X11 X11::Xaw | libxaw | | xorg |
Xpm | X11 X11::Xpm | libxpm | | xorg |
Xft | X11 X11::Xft | libxft | | |
SM | X11 X11::SM | libsm | | xorg |
ICE | X11 X11::ICE | libice | | xorg |
Xtst | X11 X11::Xtst | libxtst | | xorg |
Xss | X11 X11::Xss | libxscrnsaver | | xorg |
Xv | X11 X11::Xv | libxv | | xorg |
Xxf86vm | X11 X11::Xxf86vm | libxxf86vm | | xorg |
Xau | X11 X11::Xau | libxau | | xorg |
xkbfile | X11 X11::xkbfile | libxkbfile | | xorg |
xkbcommon | | libxkbcommon | | xkbcommon |
wayland-client wayland-server wayland-cursor wayland-egl | | wayland | wayland | wayland | wayland-sys
drm | | libdrm | | libdrm |
va | | libva | | libva |
GL | OpenGL OpenGL::GL | | opengl | opengl |
OpenGL | OpenGL OpenGL::OpenGL | | opengl | opengl |
GLX | OpenGL OpenGL::GLX | | | |
EGL | OpenGL OpenGL::EGL | | egl | egl |
GLU | OpenGL OpenGL::GLU | mesa-glu | | glu |
glut | GLUT GLUT::GLUT | freeglut | freeglut | freeglut |
GLEW | GLEW GLEW::GLEW | glew | glew | glew |
glfw | | glfw | glfw3 | glfw | glfw-sys
epoxy | | libepoxy | libepoxy | libepoxy |
vulkan | Vulkan Vulkan::Vulkan | vulkan-loader | vulkan-loader | vulkan-loader |
SDL | SDL SDL::SDL | sdl12-compat | sdl1 | |
SDL2 | SDL2 SDL2::SDL2 | sdl2 | sdl2 | sdl | sdl2-sys
SDL2_image | SDL2_image SDL2_image::SDL2_image | sdl2_image | sdl2-image | sdl_image |
SDL2_mixer | SDL2_mixer SDL2_mixer::SDL2_mixer | sdl2_mixer | sdl2-mixer | sdl_mixer |
SDL2_ttf | SDL2_ttf SDL2_ttf::SDL2_ttf | sdl2_ttf | sdl2-ttf | sdl_ttf |
SDL2_net | | sdl2_net | sdl2-net | sdl_net |
sfml-system sfml-window sfml-graphics sfml-audio sfml-network | | sfml | sfml | sfml |
openal | | openal-soft | openal-soft | openal-soft |
asound | ALSA ALSA::ALSA | | alsa | libalsa | alsa-sys
pulse pulse-simple | | pulseaudio | | pulseaudio | libpulse-sys
jack | | jack | | | jack-sys
portaudio | | portaudio | portaudio | portaudio |
sndfile | | libsndfile | libsndfile | libsndfile |
samplerate | | libsamplerate | libsamplerate | libsamplerate |
ogg | | libogg | libogg | ogg | ogg-sys
vorbis vorbisfile vorbisenc | | libvorbis | libvorbis | vorbis | vorbis-sys
FLAC FLAC++ | | flac | libflac | flac |
opus | | opus | opus | opus |
opusfile | | opusfile | opusfile | opusfile |
theora theoraenc theoradec | | theora | libtheora | theora |
speex | | speex | speex | speex |
mp3lame | | lame | mp3lame | libmp3lame |
mpg123 | | mpg123 | mpg123 | mpg123 |
tag | | taglib | taglib | taglib |
fluidsynth | | fluid-synth | fluidsynth | |
avcodec avformat avutil avfilter avdevice swscale swresample postproc | | ffmpeg | ffmpeg | ffmpeg | ffmpeg-sys-next
x264 | | x264 | x264 | libx264 |
x265 | | x265 | x265 | libx265 |
vpx | | libvpx | libvpx | libvpx |
aom | | aom | aom | libaom-av1 |
dav1d | | dav1d | dav1d | dav1d | dav1d-sys
ass | | libass | libass | libass |
gstreamer-1.0 | | gstreamer | gstreamer | gstreamer | gstreamer-sys
gstapp-1.0 | | gstreamer | gstreamer | | gstreamer-app-sys
gstvideo-1.0 | | gstreamer | gstreamer | | gstreamer-video-sys
gmp | | gmp | gmp | gmp | gmp-mpfr-sys
gmpxx | | gmp | gmp | gmp |
mpfr | | mpfr | mpfr | mpfr | gmp-mpfr-sys
mpc | | libmpc | mpc | mpc | gmp-mpfr-sys
ncurses ncursesw tinfo panel panelw form formw menu menuw | | ncurses | ncurses | ncurses |
readline history | | readline | readline | readline |
edit | | libedit | libedit | editline |
uuid | | util-linux | libuuid | |
blkid mount | | | | |
ffi | | libffi | libffi | libffi | libffi-sys
pcre pcrecpp pcreposix | | pcre | pcre | pcre |
pcre2-8 | | pcre2 | pcre2 | pcre2 | pcre2-sys
pcre2-16 pcre2-32 pcre2-posix | | pcre2 | pcre2 | pcre2 |
onig | | oniguruma | oniguruma | | onig_sys
event event_core event_extra event_openssl event_pthreads | | libevent | libevent | libevent |
uv | | libuv | libuv | libuv | libuv-sys2
ev | | libev | libev | libev |
uring | | | liburing | liburing |
nghttp2 | | libnghttp2 | nghttp2 | libnghttp2 | libnghttp2-sys
cares | | c-ares | c-ares | c-ares |
ssh2 | | libssh2 | libssh2 | libssh2 | libssh2-sys
ssh | | libssh | libssh | libssh |
git2 | | libgit2 | libgit2 | libgit2 | libgit2-sys
archive | LibArchive LibArchive::LibArchive | libarchive | libarchive | libarchive |
zip | | libzip | libzip | libzip |
minizip | | minizip | minizip | minizip |
pq | PostgreSQL PostgreSQL::PostgreSQL | libpq | libpq | libpq | pq-sys
pqxx | | libpqxx | libpqxx | libpqxx |
mariadb | | mariadb-connector-c | libmariadb | mariadb-connector-c |
mysqlclient | | mysql-client | libmysql | libmysqlclient | mysqlclient-sys
odbc odbcinst | ODBC ODBC::ODBC | unixodbc | unixodbc | odbc |
hiredis | | hiredis | hiredis | hiredis |
ldap lber | | openldap | openldap | openldap |
sasl2 | | cyrus-sasl | cyrus-sasl | cyrus-sasl | sasl2-sys
krb5 gssapi_krb5 k5crypto | | krb5 | krb5 | krb5 |
gnutls | GnuTLS GnuTLS::GnuTLS | gnutls | | gnutls |
nettle hogweed | | nettle | nettle | nettle |
gcrypt | | libgcrypt | libgcrypt | libgcrypt |
gpg-error | | libgpg-error | libgpg-error | libgpg-error |
gpgme | | gpgme | gpgme | |
sodium | | libsodium | libsodium | libsodium | libsodium-sys
mbedtls mbedcrypto mbedx509 | | mbedtls | mbedtls | mbedtls |
wolfssl | | wolfssl | wolfssl | wolfssl |
cryptopp | | cryptopp | cryptopp | cryptopp |
botan-2 | | botan@2 | botan | botan |
argon2 | | argon2 | argon2 | argon2 |
fido2 | | libfido2 | | |
cbor | | libcbor | libcbor | |
dbus-1 | | dbus | dbus | dbus | libdbus-sys
systemd | | | libsystemd | libsystemd | libsystemd-sys
udev | | | | | libudev-sys
cap | | | libcap | libcap |
seccomp | | | libseccomp | libseccomp | libseccomp-sys
usb-1.0 | | libusb | libusb | libusb | libusb1-sys
hidapi-hidraw hidapi-libusb | | hidapi | hidapi | hidapi |
ftdi1 | | libftdi | libftdi1 | libftdi |
pcap | | libpcap | libpcap | libpcap |
numa | | | numactl | libnuma | 
hwloc | | hwloc | hwloc | hwloc | hwlocality-sys
bpf | | | libbpf | libbpf | libbpf-sys
elf dw | | | elfutils | elfutils |
unwind | | | libunwind | libunwind |
magic | | libmagic | libmagic | | magic-sys
yaml | | libyaml | libyaml | libyaml |
yaml-cpp | | yaml-cpp | yaml-cpp | yaml-cpp |
json-c | | json-c | json-c | json-c |
jansson | | jansson | jansson | jansson |
jsoncpp | | jsoncpp | jsoncpp | jsoncpp |
yajl | | yajl | yajl | yajl |
simdjson | | simdjson | simdjson | simdjson |
pugixml | | pugixml | pugixml | pugixml |
tinyxml2 | | tinyxml2 | tinyxml2 | tinyxml2 |
tinyxml | | tinyxml | tinyxml | tinyxml |
xerces-c | XercesC XercesC::XercesC | xerces-c | xerces-c | xerces-c |
protobuf | Protobuf protobuf::libprotobuf | protobuf | protobuf | protobuf |
protobuf-lite | Protobuf protobuf::libprotobuf-lite | protobuf | protobuf | protobuf |
protoc | Protobuf protobuf::libprotoc | protobuf | protobuf | protobuf |
protobuf-c | | protobuf-c | protobuf-c | protobuf-c |
grpc++ | gRPC gRPC::grpc++ | grpc | grpc | grpc |
grpc | gRPC gRPC::grpc | grpc | grpc | grpc | grpcio-sys
gpr | gRPC gRPC::gpr | grpc | grpc | grpc |
thrift | | thrift | thrift | thrift |
fmt | | fmt | fmt | fmt |
spdlog | | spdlog | spdlog | spdlog |
gtest | GTest GTest::gtest | googletest | gtest | gtest |
gtest_main | GTest GTest::gtest_main | googletest | gtest | gtest |
gmock | GTest GTest::gmock | googletest | gtest | gtest |
gmock_main | GTest GTest::gmock_main | googletest | gtest | gtest |
benchmark benchmark_main | | google-benchmark | benchmark | benchmark |
cmocka | | cmocka | cmocka | cmocka |
cppunit | | cppunit | cppunit | cppunit |
gflags | | gflags | gflags | gflags |
glog | | glog | glog | glog |
re2 | | re2 | re2 | re2 |
leveldb | | leveldb | leveldb | leveldb |
rocksdb | | rocksdb | rocksdb | rocksdb | librocksdb-sys
lmdb | | lmdb | lmdb | lmdb |
db | | berkeley-db | berkeleydb | libdb |
gdbm | | gdbm | | gdbm |
tcmalloc tcmalloc_minimal profiler | | gperftools | gperftools | gperftools |
jemalloc | | jemalloc | jemalloc | jemalloc | tikv-jemalloc-sys
gc | | bdw-gc | bdwgc | bdwgc |
double-conversion | | double-conversion | double-conversion | double-conversion |
blas | BLAS BLAS::BLAS | | | |
lapack | LAPACK LAPACK::LAPACK | lapack | lapack-reference | |
openblas | | openblas | openblas | openblas |
fftw3 fftw3f fftw3l | | fftw | fftw3 | fftw | fftw-sys
gsl | GSL GSL::gsl | gsl | gsl | gsl |
gslcblas | GSL GSL::gslcblas | gsl | gsl | gsl |
hdf5 | HDF5 hdf5::hdf5 | hdf5 | hdf5 | hdf5 | hdf5-sys
hdf5_hl | HDF5 hdf5::hdf5_hl | hdf5 | hdf5 | hdf5 |
netcdf | | netcdf | netcdf-c | netcdf | netcdf-sys
cfitsio | | cfitsio | cfitsio | cfitsio | fitsio-sys
proj | PROJ PROJ::proj | proj | proj | proj | proj-sys
gdal | GDAL GDAL::GDAL | gdal | gdal | gdal | gdal-sys
geos_c | GEOS GEOS::geos_c | geos | geos | geos | geos-sys
geotiff | | libgeotiff | libgeotiff | libgeotiff |
tbb | TBB TBB::tbb | tbb | tbb | onetbb |
tbbmalloc | TBB TBB::tbbmalloc | tbb | tbb | onetbb |
mpi | MPI MPI::MPI_C | open-mpi | openmpi | openmpi | mpi-sys
OpenCL | OpenCL OpenCL::OpenCL | | opencl | opencl-icd-loader |
glpk | | glpk | glpk | |
nlopt | | nlopt | nlopt | nlopt |
ceres | Ceres Ceres::ceres | ceres-solver | ceres | ceres-solver |
lua5.1 | | | | lua |
lua5.2 lua5.3 lua5.4 | | lua | lua | lua |
luajit-5.1 | | luajit | luajit | luajit |
python3.11 | Python3 COMPONENTS Development Python3::Python | python@3.11 | python3 | cpython | pyo3-ffi
icuuc | ICU COMPONENTS uc ICU::uc | icu4c | icu | icu |
icui18n | ICU COMPONENTS i18n ICU::i18n | icu4c | icu | icu |
icudata | ICU COMPONENTS data ICU::data | icu4c | icu | icu |
icuio | ICU COMPONENTS io ICU::io | icu4c | icu | icu |
idn2 | | libidn2 | libidn2 | libidn2 |
unistring | | libunistring | libunistring | libunistring |
psl | | libpsl | libpsl | libpsl |
zmq | | zeromq | zeromq | zeromq |
czmq | | czmq | czmq | czmq |
nanomsg | | nanomsg | nanomsg | |
rdkafka rdkafka++ | | librdkafka | librdkafka | librdkafka | rdkafka-sys
rabbitmq | | rabbitmq-c | librabbitmq | rabbitmq-c |
mosquitto | | mosquitto | mosquitto | mosquitto |
microhttpd | | libmicrohttpd | libmicrohttpd | libmicrohttpd |
websockets | | libwebsockets | libwebsockets | libwebsockets |
cpprest | | cpprestsdk | cpprestsdk | cpprestsdk |
exif | | libexif | libexif | libexif |
exiv2 | | exiv2 | exiv2 | exiv2 |
lcms2 | | little-cms2 | lcms | lcms | lcms2-sys
openjp2 | | openjpeg | openjpeg | openjpeg | openjpeg-sys
raw | | libraw | libraw | libraw |
heif | | libheif | libheif | libheif | libheif-sys
gd | | gd | libgd | libgd |
poppler poppler-cpp poppler-glib | | poppler | poppler | poppler |
tesseract | | tesseract | tesseract | tesseract |
assimp | | assimp | assimp | assimp |
box2d | | box2d | box2d | box2d |
mad | | mad | libmad | libmad |
popt | | popt | popt | popt |
config config++ | | libconfig | libconfig | libconfig |
cups | Cups Cups::Cups | cups | | |
maxminddb | | libmaxminddb | libmaxminddb | libmaxminddb |
apr-1 | | apr | apr | apr |
aprutil-1 | | apr-util | apr-util | apr-util |
evdev | | | libevdev | | evdev-sys
capstone | | capstone | capstone | capstone | capstone-sys
blosc | | c-blosc | blosc | c-blosc |
cmark | | cmark | cmark | cmark |
utf8proc | | utf8proc | utf8proc | utf8proc |
xxhash | | xxhash | xxhash | xxhash |
ltdl | | libtool | | |
"""

FIELDS = ("cmake", "brew", "vcpkg", "conan", "crate")
PKGCONFIG = {"png": "libpng", "ncurses": "ncurses", "ncursesw": "ncursesw", "curl": "libcurl", "uuid": "uuid", "glut": "glut", "GL": "gl",
             "mysqlclient": "mysqlclient"}
NAMES = {}
for row in TABLE.strip().splitlines():
    cells = [cell.strip() for cell in row.split("|")]
    for library in cells[0].split():
        NAMES[library] = dict(zip(FIELDS, cells[1:]))

QT_BASE = {"Core", "Gui", "Widgets", "Network", "Sql", "Xml", "Test", "Concurrent", "DBus", "OpenGL", "PrintSupport", "OpenGLWidgets"}


def names_of(library, package):
    """What is known by hand; families with one rule for all."""
    known = dict(NAMES.get(library, {}))
    if part := re.match(r"boost_(?!python|numpy|math|prg_exec|test_exec|unit_test)([a-z_0-9]+)$", library):
        known = {"cmake": f"Boost COMPONENTS {part[1]} Boost::{part[1]}", "brew": "boost", "vcpkg": "boost-" + part[1].replace("_", "-"),
                 "conan": "boost"}
    elif library == "boost_unit_test_framework":
        known = {"cmake": "Boost COMPONENTS unit_test_framework Boost::unit_test_framework", "brew": "boost", "vcpkg": "boost-test",
                 "conan": "boost"}
    elif part := re.match(r"Qt([56])(\w+)$", library):
        base = part[2] in QT_BASE
        known = {"brew": "qt@5" if part[1] == "5" else "qt", "vcpkg": {"5": "qt5-base", "6": "qtbase"}[part[1]] if base else "",
                 "conan": "qt" if base else ""}
    elif library.startswith("opencv_"):
        known = {"cmake": f"OpenCV {library}", "pkgconfig": "opencv4", "brew": "opencv", "vcpkg": "opencv4", "conan": "opencv"}
    elif library.startswith("absl_"):
        known = {"brew": "abseil", "vcpkg": "abseil", "conan": "abseil"}
    elif library.startswith("LLVM-"):
        known = {"brew": "llvm", "vcpkg": "llvm", "crate": "llvm-sys"}
    if library in PKGCONFIG:
        known["pkgconfig"] = PKGCONFIG[library]
    return known


def unknown_targets():
    """CMake names of the table that CMake's own modules do not have."""
    modules = {Path(p).stem.removeprefix("Find"): Path(p).read_text() for p in glob.glob("/usr/share/cmake-*/Modules/Find*.cmake")}
    for library, known in NAMES.items():
        package, target = known["cmake"].split(" ")[0], known["cmake"].split(" ")[-1]
        if package in modules and target not in modules[package] and not re.search(target.split("::")[0] + r"::\S*\$\{", modules[package]):
            yield f"{library}: {known['cmake']}"
