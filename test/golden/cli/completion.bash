# Completion of weir for bash: eval "$(weir completion bash)"
_weir() {
  local at="weir" word words flags files="" index
  local global="--url --edge --token --config --timeout --json -h --help"
  local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="${COMP_WORDS[index]}"
    case "$at $word" in
    "weir"|"weir status"|"weir explain"|"weir manifest"|"weir incidents"|"weir event"|"weir event create"|"weir event plan"|"weir event run"|"weir event verify"|"weir event pause"|"weir event resume"|"weir event cancel"|"weir event watch"|"weir event receipt"|"weir event show"|"weir event list"|"weir event delete"|"weir hot"|"weir catalog"|"weir catalog check"|"weir catalog diff"|"weir catalog apply"|"weir catalog rollback"|"weir catalog versions"|"weir catalog show"|"weir origin"|"weir origin list"|"weir origin orders"|"weir origin drain"|"weir origin undrain"|"weir origin pin"|"weir origin unpin"|"weir origin ban"|"weir origin unban"|"weir origin canary"|"weir origin uncanary"|"weir channel"|"weir channel list"|"weir channel freeze"|"weir channel unfreeze"|"weir channel shadow"|"weir channel unshadow"|"weir host"|"weir host list"|"weir host drain"|"weir host undrain"|"weir token"|"weir token key"|"weir token mint"|"weir token inspect"|"weir cost"|"weir dev"|"weir config"|"weir completion") at="$at $word" ;;
    esac
  done
  case "$before" in
  --url | --edge | --token | --timeout | --region | --origin | --limit | --channel | --playlist | --prefix | --title | --preset | --regions | --first | --last | --follow | --max-height | --max-bandwidth | --renditions | --starts-at | --lead | --max-bytes | --max-cost | --rate | --coverage | --expect | --for | --share | --kid | --host | --issuer | --audience | --session | --countries | --networks | --opens | --country | --address | --viewer-hours | --hours | --channels | --segment-seconds | --part-seconds | --files-per-segment | --ladder-megabits-per-second | --session-minutes | --data-centres | --isolates-per-data-centre | --origins | --cpu-ms-per-request | --keep-days)
    COMPREPLY=($(compgen -W "" -- "$current"))
    return
    ;;
  --config | --paths | --out | --in | --keys | --key)
    COMPREPLY=($(compgen -f -- "$current"))
    return
    ;;
  --alg)
    COMPREPLY=($(compgen -W "HS256 ES256" -- "$current"))
    return
    ;;
  --format)
    COMPREPLY=($(compgen -W "jwt cat" -- "$current"))
    return
    ;;
  esac
  case "$at" in
    "weir")
      words="status explain manifest incidents event hot catalog origin channel host token cost dev config completion"
      flags="--url --edge --token --config --timeout --json -h --help"
      ;;
    "weir status")
      words=""
      flags="-h --help"
      ;;
    "weir explain")
      words=""
      flags="--region -h --help"
      ;;
    "weir manifest")
      words=""
      flags="--origin --before --after -h --help"
      ;;
    "weir incidents")
      words=""
      flags="--open --limit --markdown --acknowledge -h --help"
      ;;
    "weir event")
      words="create plan run verify pause resume cancel watch receipt show list delete"
      flags="-h --help"
      ;;
    "weir event create")
      words=""
      flags="--channel --playlist --paths --prefix --title --preset --regions --whole --first --last --follow --max-height --max-bandwidth --renditions --starts-at --lead --max-bytes --max-cost --rate --coverage --no-rewarm --hold --watch -h --help"
      ;;
    "weir event plan")
      words=""
      flags="--channel --playlist --paths --prefix --title --preset --regions --whole --first --last --follow --max-height --max-bandwidth --renditions --starts-at --lead --max-bytes --max-cost --rate --coverage --no-rewarm -h --help"
      ;;
    "weir event run")
      words=""
      flags="--watch -h --help"
      ;;
    "weir event verify")
      words=""
      flags="--watch -h --help"
      ;;
    "weir event pause")
      words=""
      flags="-h --help"
      ;;
    "weir event resume")
      words=""
      flags="--watch -h --help"
      ;;
    "weir event cancel")
      words=""
      flags="-h --help"
      ;;
    "weir event watch")
      words=""
      flags="-h --help"
      ;;
    "weir event receipt")
      words=""
      flags="--all --out --in --keys -h --help"
      ;;
    "weir event show")
      words=""
      flags="-h --help"
      ;;
    "weir event list")
      words=""
      flags="--limit -h --help"
      ;;
    "weir event delete")
      words=""
      flags="-h --help"
      ;;
    "weir hot")
      words=""
      flags="-h --help"
      ;;
    "weir catalog")
      words="check diff apply rollback versions show"
      flags="-h --help"
      ;;
    "weir catalog check")
      words=""
      flags="--offline --allow-ip -h --help"
      files=1
      ;;
    "weir catalog diff")
      words=""
      flags="-h --help"
      files=1
      ;;
    "weir catalog apply")
      words=""
      flags="--expect -h --help"
      files=1
      ;;
    "weir catalog rollback")
      words=""
      flags="--expect -h --help"
      ;;
    "weir catalog versions")
      words=""
      flags="--limit -h --help"
      ;;
    "weir catalog show")
      words=""
      flags="-h --help"
      ;;
    "weir origin")
      words="list orders drain undrain pin unpin ban unban canary uncanary"
      flags="-h --help"
      ;;
    "weir origin list")
      words=""
      flags="-h --help"
      ;;
    "weir origin orders")
      words=""
      flags="-h --help"
      ;;
    "weir origin drain")
      words=""
      flags="--channel --for -h --help"
      ;;
    "weir origin undrain")
      words=""
      flags="--channel -h --help"
      ;;
    "weir origin pin")
      words=""
      flags="--channel --for -h --help"
      ;;
    "weir origin unpin")
      words=""
      flags="--channel -h --help"
      ;;
    "weir origin ban")
      words=""
      flags="--channel --for -h --help"
      ;;
    "weir origin unban")
      words=""
      flags="--channel -h --help"
      ;;
    "weir origin canary")
      words=""
      flags="--channel --for --share -h --help"
      ;;
    "weir origin uncanary")
      words=""
      flags="--channel -h --help"
      ;;
    "weir channel")
      words="list freeze unfreeze shadow unshadow"
      flags="-h --help"
      ;;
    "weir channel list")
      words=""
      flags="-h --help"
      ;;
    "weir channel freeze")
      words=""
      flags="--for -h --help"
      ;;
    "weir channel unfreeze")
      words=""
      flags="-h --help"
      ;;
    "weir channel shadow")
      words=""
      flags="--for -h --help"
      ;;
    "weir channel unshadow")
      words=""
      flags="-h --help"
      ;;
    "weir host")
      words="list drain undrain"
      flags="-h --help"
      ;;
    "weir host list")
      words=""
      flags="-h --help"
      ;;
    "weir host drain")
      words=""
      flags="--for -h --help"
      ;;
    "weir host undrain")
      words=""
      flags="-h --help"
      ;;
    "weir token")
      words="key mint inspect"
      flags="-h --help"
      ;;
    "weir token key")
      words=""
      flags="--alg --kid -h --help"
      ;;
    "weir token mint")
      words=""
      flags="--key --format --for --host --issuer --audience --session --countries --networks -h --help"
      ;;
    "weir token inspect")
      words=""
      flags="--key --opens --country --address -h --help"
      ;;
    "weir cost")
      words=""
      flags="--vod --hot-tier --viewer-hours --hours --channels --renditions --segment-seconds --part-seconds --files-per-segment --ladder-megabits-per-second --session-minutes --data-centres --isolates-per-data-centre --regions --origins --cpu-ms-per-request --keep-days -h --help"
      files=1
      ;;
    "weir dev")
      words=""
      flags="-h --help"
      ;;
    "weir config")
      words=""
      flags="-h --help"
      ;;
    "weir completion")
      words="bash zsh fish"
      flags="-h --help"
      ;;
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags $global" -- "$current"))
  elif [[ -n "$files" ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -F _weir weir
