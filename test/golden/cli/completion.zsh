#compdef weir
# Completion of weir for zsh: source <(weir completion zsh), after compinit.
typeset -ga _weir_flags=(
  '--url[control worker; else WEIR_URL, the file, or the local stack]:value: '
  '--edge[edge; else WEIR_EDGE_URL, the file, or what control says]:value: '
  '--token[API token; rather set WEIR_TOKEN: others can see your flags]:value: '
  '--config[configuration file; else the nearest weir.config.toml]:value:_files'
  '--timeout[longest wait for one answer, default 30]:value: '
  '--json[one JSON document on stdout, also of a failure]'
  '-h[show help]'
  '--help[show help]'
)
_weir() {
  local line state
  local -a commands=(
    'status:who serves what, who is fit, what was ordered, what is wrong'
    'explain:how a request for a viewer URL goes now\: route, key, tiers, origins, lifetime'
    'manifest:a playlist as its origin wrote it and as viewers get it, as a diff'
    'incidents:incidents of the last 30 days, newest first, or one of them'
    'event:preload events\: plan, run, watch, and the receipts of what is warm'
    'hot:files that viewers want most, what was preloaded unasked, and hit ratios'
    'catalog:the file of channels and origins\: check it, compare it, apply it, go back'
    'origin:origins\: their health, and orders about them'
    'channel:channels\: who serves them, and orders about them'
    'host:delivery hosts that players are steered between, and taking one out'
    'token:viewers'\'' tokens\: make a key, mint, inspect'
    'cost:what a traffic would cost, line by line, with the prices'\'' sources and dates'
    'dev:run the whole of Weir on this machine; Ctrl-C ends it'
    'config:the settings that count, and where each is from'
    'completion:the script by which a shell completes these commands'
  )
  _arguments -C \
    "${_weir_flags[@]}" \
    '1: :->command' \
    '*:: :->rest'
  case "$state" in
  command) _describe command commands ;;
  rest)
    case "$line[1]" in
      status) _weir_status ;;
      explain) _weir_explain ;;
      manifest) _weir_manifest ;;
      incidents) _weir_incidents ;;
      event) _weir_event ;;
      hot) _weir_hot ;;
      catalog) _weir_catalog ;;
      origin) _weir_origin ;;
      channel) _weir_channel ;;
      host) _weir_host ;;
      token) _weir_token ;;
      cost) _weir_cost ;;
      dev) _weir_dev ;;
      config) _weir_config ;;
      completion) _weir_completion ;;
    esac
    ;;
  esac
}
_weir_status() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_explain() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--region[as seen from these, separated by commas; else from the first]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_manifest() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--origin[as this origin has it; else as the channel'\''s first]:value: ' \
    '--before[only what the origin wrote]' \
    '--after[only what viewers get]' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_incidents() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--open[only those that are open]' \
    '--limit[at most so many, default 20]:value: ' \
    '--markdown[the incident as the beginning of a post-mortem]' \
    '--acknowledge[say that you are at it: escalation stops]' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event() {
  local line state
  local -a commands=(
    'create:accept an event; it is planned and run at its time'
    'plan:what an event would do and cost\: of one that there is, or of a new one on hold'
    'run:run a planned or scheduled event now'
    'verify:look again at everything that it has warmed'
    'pause:let it rest'
    'resume:go on with it, and try again what was given up'
    'cancel:end it; what it has warmed stays warm'
    'watch:watch an event until it rests; exit code 3 if less is warm than was wanted'
    'receipt:what can be proven of an event; exit code 3 if less is warm than was wanted'
    'show:how an event is getting on'
    'list:the events, newest first'
    'delete:forget an event and its receipts; what it has warmed stays warm'
  )
  _arguments -C \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]' \
    '1: :->command' \
    '*:: :->rest'
  case "$state" in
  command) _describe command commands ;;
  rest)
    case "$line[1]" in
      create) _weir_event_create ;;
      plan) _weir_event_plan ;;
      run) _weir_event_run ;;
      verify) _weir_event_verify ;;
      pause) _weir_event_pause ;;
      resume) _weir_event_resume ;;
      cancel) _weir_event_cancel ;;
      watch) _weir_event_watch ;;
      receipt) _weir_event_receipt ;;
      show) _weir_event_show ;;
      list) _weir_event_list ;;
      delete) _weir_event_delete ;;
    esac
    ;;
  esac
}
_weir_event_create() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--channel[the channel'\''s entry playlist]:value: ' \
    '--playlist[or one playlist, like /demo-vod/v360/index.m3u8]:value: ' \
    '--paths[or files below the channel, one per line; "-" is stdin]:value:_files' \
    '--prefix[or what its storage has below a prefix]:value: ' \
    '--title[for people]:value: ' \
    '--preset[event, show, commerce or interactive; other flags win]:value: ' \
    '--regions[separated by commas; else all]:value: ' \
    '--whole[all of each playlist]' \
    '--first[its first part, like 60s]:value: ' \
    '--last[its last part]:value: ' \
    '--follow[what is announced until then, like 2026-11-20T20:00:00Z]:value: ' \
    '--max-height[no renditions above]:value: ' \
    '--max-bandwidth[no renditions above, bits per second]:value: ' \
    '--renditions[only these media playlists, separated by commas]:value: ' \
    '--starts-at[when the crowd comes; else at once]:value: ' \
    '--lead[how long before that the run begins]:value: ' \
    '--max-bytes[budget: what origins may send, like 20GB]:value: ' \
    '--max-cost[budget: in the currency of \[prices\]]:value: ' \
    '--rate[budget: requests per second to an origin]:value: ' \
    '--coverage[done from this share on, like 95%]:value: ' \
    '--no-rewarm[later looks report what is cold and leave it]' \
    '--hold[stop after planning, until `event run`]' \
    '--watch[and watch it to its end]' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event_plan() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--channel[the channel'\''s entry playlist]:value: ' \
    '--playlist[or one playlist, like /demo-vod/v360/index.m3u8]:value: ' \
    '--paths[or files below the channel, one per line; "-" is stdin]:value:_files' \
    '--prefix[or what its storage has below a prefix]:value: ' \
    '--title[for people]:value: ' \
    '--preset[event, show, commerce or interactive; other flags win]:value: ' \
    '--regions[separated by commas; else all]:value: ' \
    '--whole[all of each playlist]' \
    '--first[its first part, like 60s]:value: ' \
    '--last[its last part]:value: ' \
    '--follow[what is announced until then, like 2026-11-20T20:00:00Z]:value: ' \
    '--max-height[no renditions above]:value: ' \
    '--max-bandwidth[no renditions above, bits per second]:value: ' \
    '--renditions[only these media playlists, separated by commas]:value: ' \
    '--starts-at[when the crowd comes; else at once]:value: ' \
    '--lead[how long before that the run begins]:value: ' \
    '--max-bytes[budget: what origins may send, like 20GB]:value: ' \
    '--max-cost[budget: in the currency of \[prices\]]:value: ' \
    '--rate[budget: requests per second to an origin]:value: ' \
    '--coverage[done from this share on, like 95%]:value: ' \
    '--no-rewarm[later looks report what is cold and leave it]' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event_run() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--watch[and watch it to its end]' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event_verify() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--watch[and watch it to its end]' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event_pause() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event_resume() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--watch[and watch it to its end]' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event_cancel() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event_watch() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event_receipt() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--all[warm files too]' \
    '--out[keep the signed receipt as a file]:value:_files' \
    '--in[read a receipt that was kept, in place of an event'\''s]:value:_files' \
    '--keys[the keys it must be signed with (JWK set); else the deployment'\''s]:value:_files' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event_show() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event_list() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--limit[at most so many, default 20]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_event_delete() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_hot() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_catalog() {
  local line state
  local -a commands=(
    'check:read a file and change nothing; every complaint has its line'
    'diff:what applying a file would change'
    'apply:put a file into force as a whole, or not at all'
    'rollback:put an earlier version into force again, under a new number'
    'versions:every catalog that was ever applied, newest first'
    'show:the file in force, or an earlier one, as it was written'
  )
  _arguments -C \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]' \
    '1: :->command' \
    '*:: :->rest'
  case "$state" in
  command) _describe command commands ;;
  rest)
    case "$line[1]" in
      check) _weir_catalog_check ;;
      diff) _weir_catalog_diff ;;
      apply) _weir_catalog_apply ;;
      rollback) _weir_catalog_rollback ;;
      versions) _weir_catalog_versions ;;
      show) _weir_catalog_show ;;
    esac
    ;;
  esac
}
_weir_catalog_check() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--offline[with the rules in this checkout, without a control worker]' \
    '--allow-ip[with --offline: allow origins that are IP addresses]' \
    '-h[show help]' \
    '--help[show help]' \
    '*:file:_files'
}
_weir_catalog_diff() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]' \
    '*:file:_files'
}
_weir_catalog_apply() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--expect[only if this version is in force]:value: ' \
    '-h[show help]' \
    '--help[show help]' \
    '*:file:_files'
}
_weir_catalog_rollback() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--expect[only if this version is in force]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_catalog_versions() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--limit[at most so many, default 20]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_catalog_show() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_origin() {
  local line state
  local -a commands=(
    'list:every origin with its verdict and the reasons for it'
    'orders:the operators'\'' orders that are in force'
    'drain:move what an origin serves to the others, gently'
    'undrain:let a drained origin serve again'
    'pin:prefer an origin, whatever its health'
    'unpin:end a pin'
    'ban:take an origin out at once; needs --for'
    'unban:end a ban'
    'canary:give an origin a share of the sessions; needs --share and --for'
    'uncanary:end a canary'
  )
  _arguments -C \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]' \
    '1: :->command' \
    '*:: :->rest'
  case "$state" in
  command) _describe command commands ;;
  rest)
    case "$line[1]" in
      list) _weir_origin_list ;;
      orders) _weir_origin_orders ;;
      drain) _weir_origin_drain ;;
      undrain) _weir_origin_undrain ;;
      pin) _weir_origin_pin ;;
      unpin) _weir_origin_unpin ;;
      ban) _weir_origin_ban ;;
      unban) _weir_origin_unban ;;
      canary) _weir_origin_canary ;;
      uncanary) _weir_origin_uncanary ;;
    esac
    ;;
  esac
}
_weir_origin_list() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_origin_orders() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_origin_drain() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--channel[for this channel only; else for all]:value: ' \
    '--for[until it ends by itself, like 90s, 30m, 2h]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_origin_undrain() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--channel[only the order for this channel]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_origin_pin() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--channel[for this channel only; else for all]:value: ' \
    '--for[until it ends by itself, like 90s, 30m, 2h]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_origin_unpin() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--channel[only the order for this channel]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_origin_ban() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--channel[for this channel only; else for all]:value: ' \
    '--for[until it ends by itself, like 90s, 30m, 2h]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_origin_unban() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--channel[only the order for this channel]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_origin_canary() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--channel[for this channel only; else for all]:value: ' \
    '--for[until it ends by itself, like 90s, 30m, 2h]:value: ' \
    '--share[part of the sessions, like 5%]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_origin_uncanary() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--channel[only the order for this channel]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_channel() {
  local line state
  local -a commands=(
    'list:every channel, who serves it, and why'
    'freeze:move nothing without need during an event; needs --for'
    'unfreeze:end a freeze'
    'shadow:decide, write down what would have been switched, and switch nothing'
    'unshadow:end a shadow'
  )
  _arguments -C \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]' \
    '1: :->command' \
    '*:: :->rest'
  case "$state" in
  command) _describe command commands ;;
  rest)
    case "$line[1]" in
      list) _weir_channel_list ;;
      freeze) _weir_channel_freeze ;;
      unfreeze) _weir_channel_unfreeze ;;
      shadow) _weir_channel_shadow ;;
      unshadow) _weir_channel_unshadow ;;
    esac
    ;;
  esac
}
_weir_channel_list() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_channel_freeze() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--for[until it ends by itself, like 90s, 30m, 2h]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_channel_unfreeze() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_channel_shadow() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--for[until it ends by itself, like 90s, 30m, 2h]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_channel_unshadow() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_host() {
  local line state
  local -a commands=(
    'list:every pathway with its verdict'
    'drain:sessions leave a host with their next steering manifest'
    'undrain:let a drained host take sessions again'
  )
  _arguments -C \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]' \
    '1: :->command' \
    '*:: :->rest'
  case "$state" in
  command) _describe command commands ;;
  rest)
    case "$line[1]" in
      list) _weir_host_list ;;
      drain) _weir_host_drain ;;
      undrain) _weir_host_undrain ;;
    esac
    ;;
  esac
}
_weir_host_list() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_host_drain() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--for[until it ends by itself, like 30m, 2h; whole minutes]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_host_undrain() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_token() {
  local line state
  local -a commands=(
    'key:a new key that signs tokens, as a JSON Web Key\: keep it secret'
    'mint:a token that opens a path and all below it'
    'inspect:what is in a token, and what the edge would say to it'
  )
  _arguments -C \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]' \
    '1: :->command' \
    '*:: :->rest'
  case "$state" in
  command) _describe command commands ;;
  rest)
    case "$line[1]" in
      key) _weir_token_key ;;
      mint) _weir_token_mint ;;
      inspect) _weir_token_inspect ;;
    esac
    ;;
  esac
}
_weir_token_key() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--alg[how it signs]:value:(HS256 ES256)' \
    '--kid[its name; else the month]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_token_mint() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--key[the key, as `token key` makes it; "-" is stdin]:value:_files' \
    '--format[else jwt]:value:(jwt cat)' \
    '--for[how long, like 90s, 30m, 4h; else 4h]:value: ' \
    '--host[only at this host]:value: ' \
    '--issuer[who signs: what the channel'\''s issuer has as iss]:value: ' \
    '--audience[for whom: what the channel'\''s issuer has as audience]:value: ' \
    '--session[by what it can be revoked]:value: ' \
    '--countries[only there: DE,US-NY]:value: ' \
    '--networks[only from there: 192.0.2.0/24,AS64500]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_token_inspect() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--key[check the signature with this key]:value:_files' \
    '--opens[would it open this URL?]:value: ' \
    '--country[with --opens, for a viewer there]:value: ' \
    '--address[with --opens, for a viewer of this address]:value: ' \
    '-h[show help]' \
    '--help[show help]'
}
_weir_cost() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '--vod[files that are there already; else live]' \
    '--hot-tier[files are kept in R2 and read from the origins once]' \
    '--viewer-hours[hours watched, all viewers; else 1000000]:value: ' \
    '--hours[how long the channels run, h; else 720]:value: ' \
    '--channels[channels that are watched; else 1]:value: ' \
    '--renditions[playlists of a channel that are watched; else 5]:value: ' \
    '--segment-seconds[length of a segment; else 6]:value: ' \
    '--part-seconds[length of a part; 0: no low latency; else 0]:value: ' \
    '--files-per-segment[files per segment: 2 with audio apart; else 1]:value: ' \
    '--ladder-megabits-per-second[all renditions together; else 12]:value: ' \
    '--session-minutes[length of a session; else 30]:value: ' \
    '--data-centres[data centres with viewers; else 40]:value: ' \
    '--isolates-per-data-centre[isolates that viewers meet; else 3]:value: ' \
    '--regions[regions with gates and probers; else 9]:value: ' \
    '--origins[origins that are probed, of all channels; else 2]:value: ' \
    '--cpu-ms-per-request[processor time of a request, ms; else 1]:value: ' \
    '--keep-days[days that the hot tier keeps a file; else 7]:value: ' \
    '-h[show help]' \
    '--help[show help]' \
    '*:file:_files'
}
_weir_dev() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_config() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]'
}
_weir_completion() {
  _arguments -s \
    "${_weir_flags[@]}" \
    '-h[show help]' \
    '--help[show help]' \
    '1:value:(bash zsh fish)'
}
if [[ "${funcstack[1]}" == "_weir" ]]; then
  _weir "$@"
else
  compdef _weir weir
fi
