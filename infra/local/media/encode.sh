#!/usr/bin/env bash
# Encodes the demo media of the local stack, once; the result under files/ is committed.
#
# What comes out: a loop of 32 s as a small HLS ladder (three fMP4 renditions, one audio-only
# rendition, one MPEG-TS set, 2 s segments, a closed GOP per segment) and manifest.json, which
# says what was measured in it (measure.ts writes it and refuses media that is not aligned).
# Why 32 s: 800 frames at 25 fps and exactly 1500 AAC frames at 48 kHz, so an endless channel can
# repeat it without a gap. Picture and sound also end where they began.
# Run again whenever the picture should change; it overwrites files/ only when all went well.
# Needs ffmpeg and ffprobe 5.1 or newer (libx264, drawtext), the DejaVu fonts and Node 24.
# It does not play anything and knows nothing about channels: see ../demo/.
set -euo pipefail
cd "$(dirname "$0")"

readonly WIDTH=640 HEIGHT=360 FPS=25 LOOP_SECONDS=32
readonly LOOP_FRAMES=$((LOOP_SECONDS * FPS)) AAC_FRAMES=$((LOOP_SECONDS * 48000 / 1024))
readonly FONT_DIR="${WEIR_FONT_DIR:-/usr/share/fonts/truetype/dejavu}"
readonly SANS="$FONT_DIR/DejaVuSans-Bold.ttf" MONO="$FONT_DIR/DejaVuSansMono-Bold.ttf"

need() { # name, how to get it
  echo "encode.sh needs $1. $2" >&2
  exit 1
}
for tool in ffmpeg ffprobe; do
  command -v "$tool" >/dev/null || need "$tool" "On Debian: apt-get install ffmpeg"
done
for font in "$SANS" "$MONO"; do
  [ -r "$font" ] || need "the font $font" \
    "On Debian: apt-get install fonts-dejavu-core (or set WEIR_FONT_DIR to its folder)"
done
PATH="$PWD/../../../node_modules/.bin:$PATH"
node --input-type=module-typescript -e 'const ready: true = true; void ready;' 2>/dev/null ||
  need "Node 24" "In the repository: npm ci"

work="$(mktemp -d "${TMPDIR:-/tmp}/weir-media.XXXXXX")"
trap 'rm -rf "$work"' EXIT
ff() { ffmpeg -nostdin -hide_banner -v error -y "$@"; }

# --- Painted once: still pictures that the loop moves about -------------------------------------
# A wave is one wide strip whose pattern repeats every `period` pixels, so that shifting it by
# whole periods in 32 s brings it back to where it started.
wave() { # name, period, crest height, body colour r g b, crest light
  local w=$((WIDTH + $2)) h=150
  local edge="(14+$3*(1+sin(2*PI*X/$2)+0.35*sin(6*PI*X/$2+1)))"
  local lit="exp(-pow((Y-$edge-1.5)/1.6,2))*$7"
  local shade="(1-0.45*Y/$h)"
  ff -f lavfi -i "color=black:s=${w}x${h},format=rgba" -frames:v 1 -vf \
    "geq=r='$4*$shade+$lit':g='$5*$shade+$lit':b='$6*$shade+$lit':a='255*clip(Y-$edge+0.5,0,1)'" \
    "$work/$1.png"
}
echo "painting" >&2
ff -f lavfi -i "color=black:s=${WIDTH}x${HEIGHT},format=rgb24" -frames:v 1 -vf \
  "geq=r='9+9*Y/H+10*exp(-pow(hypot((X-W*0.5)/300,(Y-H*0.42)/150),2))':\
g='17+19*Y/H+22*exp(-pow(hypot((X-W*0.5)/300,(Y-H*0.42)/150),2))':\
b='32+26*Y/H+30*exp(-pow(hypot((X-W*0.5)/300,(Y-H*0.42)/150),2))'" "$work/sky.png"
wave back 400 9 26 66 98 26
wave mid 320 7 20 52 82 36
wave front 480 8 13 37 62 48
# The buoy: a small lantern with a halo, and the lamp that lights with every beep.
far="hypot(X-36,Y-36)" # Distance from the middle of the picture.
ff -f lavfi -i "color=black:s=72x72,format=rgba" -frames:v 1 -vf \
  "geq=r=255:g='224-60*clip($far/9,0,1)':b='170-90*clip($far/9,0,1)':\
a='max(255*clip(9.5-$far,0,1),120*exp(-$far/12)*clip((36-$far)/8,0,1))'" "$work/buoy.png"
ff -f lavfi -i "color=black:s=18x18,format=rgba" -frames:v 1 -vf \
  "geq=r=255:g=180:b=84:a='255*clip(8.5-hypot(X-8.5,Y-8.5),0,1)'" "$work/lamp.png"

# --- The moving picture, without text, at full size and without loss ----------------------------
still() { echo "-loop 1 -framerate $FPS -i $work/$1.png"; }
echo "moving" >&2
# shellcheck disable=SC2046 # The words of still() are meant to be split; the paths have no blanks.
ff $(still sky) $(still back) $(still mid) $(still front) $(still buoy) $(still lamp) \
  -f lavfi -i "color=0xffb454:s=${WIDTH}x4:r=$FPS" -filter_complex "
    [0][1]overlay=format=gbrp:x='-mod(n,400)':y=224[s1];
    [s1][2]overlay=format=gbrp:x='-320+mod(2*n,320)':y=252[s2];
    [s2][4]overlay=format=gbrp:x='n-100':y='224-6*sin(2*PI*n/160)'[s3];
    [s3][3]overlay=format=gbrp:x='-mod(3*n,480)':y=282[s4];
    [s4][5]overlay=format=gbrp:x=24:y=27:enable='lt(mod(n,$FPS),6)'[s5];
    [s5][6]overlay=format=gbrp:x='-$WIDTH+$WIDTH*(n+1)/$LOOP_FRAMES':y=$((HEIGHT - 4)),
    format=yuv420p[v]" -map "[v]" -frames:v "$LOOP_FRAMES" -c:v ffv1 "$work/motion.mkv"

# --- The sound: a quiet drone and a soft bell each second, exactly periodic in 32 s --------------
# Encoded three times in a row; the middle turn is kept, so that each AAC frame was coded with the
# neighbours it has in the endless channel, and the encoder's priming frame is left behind.
echo "sounding" >&2
note="st(0,mod(floor(t),8)); st(1,mod(t,1)); st(2,if(eq(ld(0),0),784,if(eq(ld(0),2),659,\
if(eq(ld(0),4),587,if(eq(ld(0),6),523,440))))); \
0.28*sin(2*PI*ld(2)*ld(1))*exp(-7*ld(1))*(1-exp(-250*ld(1)))\
+0.018*sin(2*PI*110*t)+0.014*sin(2*PI*165*t)*(1+0.5*sin(2*PI*t/8))"
ff -f lavfi -i "aevalsrc=exprs='$note':s=48000:d=$((LOOP_SECONDS * 3))" -ac 2 \
  -c:a aac -b:a 64k -f adts "$work/turns.aac"
first=$((AAC_FRAMES + 1))
ff -i "$work/turns.aac" -c copy -f adts \
  -bsf:a "noise=drop='lt(n,$first)+gte(n,$((first + AAC_FRAMES)))'" "$work/sound.aac" 2>/dev/null

# --- Renditions ---------------------------------------------------------------------------------
draw() { # label, width, height -> a filter chain that scales and burns in the text at this size
  local s="$3" soft="shadowcolor=0x05101c@0.8:shadowx=1:shadowy=2"
  local clock='00\:%{eif\:trunc(n/25)\:d\:2}.%{eif\:trunc((mod(n,25)*2+0.1)/5)\:d\:1}'
  local count='frame %{eif\:n+1\:d\:3} of 800   segment %{eif\:trunc(n/50)+1\:d\:2} of 16'
  echo "scale=$2:$3:flags=lanczos,\
drawtext=fontfile=$SANS:text='WEIR demo':fontsize=$s/15:fontcolor=0xe8eef4:$soft:\
x=w*0.083:y=h*0.075,\
drawtext=fontfile=$MONO:text='$1':fontsize=$s/17:fontcolor=0xa9c1d6:$soft:\
x=w-tw-w*0.04:y=h*0.08,\
drawtext=fontfile=$MONO:text='${clock//,/\\,}':fontsize=$s/4:fontcolor=0xf4f8fb:$soft:\
x=(w-tw)/2:y=h*0.265,\
drawtext=fontfile=$MONO:text='${count//,/\\,}':fontsize=$s/21:fontcolor=0x8fabc4:$soft:\
x=(w-tw)/2:y=h*0.545"
}
video() { # out, label, width, height, crf, maxrate in kbit/s
  ff -i "$work/motion.mkv" -vf "$(draw "$2" "$3" "$4")" -c:v libx264 -preset veryslow \
    -profile:v main -pix_fmt yuv420p -crf "$5" -maxrate "${6}k" -bufsize "$(($6 * 2))k" \
    -x264-params keyint=50:min-keyint=50:scenecut=0:open-gop=0:bframes=0:ref=4 \
    -colorspace smpte170m -fflags +bitexact -flags:v +bitexact "$work/$1.mp4"
}
hls() { # folder, then ffmpeg's inputs and segment options
  local to="$work/files/$1"
  shift
  mkdir -p "$to"
  ff "$@" -c copy -fflags +bitexact -f hls -hls_time 2 -hls_playlist_type vod \
    -hls_flags independent_segments "$work/index.m3u8"
}
fmp4() { # folder, inputs
  local name="$1"
  shift
  hls "$name" "$@" -bsf:a aac_adtstoasc -hls_segment_type fmp4 -hls_fmp4_init_filename \
    "files/$name/init.mp4" -hls_segment_filename "$work/files/$name/%d.m4s" 2>/dev/null
}
echo "encoding" >&2
video v360 640x360 640 360 11 700
video v240 426x240 426 240 16 330
video v144 256x144 256 144 23 120
video ts "426x240 TS" 426 240 18 300
for name in v360 v240 v144; do
  fmp4 "$name" -i "$work/$name.mp4" -i "$work/sound.aac" -map 0:v -map 1:a
done
fmp4 audio -i "$work/sound.aac" -map 0:a
# On disk .mpegts and not .ts: every tool that reads TypeScript would take the latter for its own.
hls ts -i "$work/ts.mp4" -i "$work/sound.aac" -map 0:v -map 1:a -hls_segment_type mpegts \
  -hls_segment_filename "$work/files/ts/%d.mpegts" 2>/dev/null

echo "measuring" >&2
node measure.ts "$work/files" >"$work/manifest.json"
rm -rf files
mv "$work/files" files
mv "$work/manifest.json" manifest.json
du -sh --apparent-size files >&2
