# Printed from the command table; see tests/manual. Not edited by hand.
_abide() {
  local word=${COMP_WORDS[COMP_CWORD]} command= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      -f|-L|-S) ((i++)) ;;
      -*) ;;
      *) command=${COMP_WORDS[i]}; break ;;
    esac
  done
  if [[ ${COMP_WORDS[COMP_CWORD-1]} == -t || ${COMP_WORDS[COMP_CWORD-1]} == -s ]] && [[ -n $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(abide list-sessions -F '#S' 2>/dev/null)" -- "$word")
    return
  fi
  case $command in
    '') mapfile -t COMPREPLY < <(compgen -W '-f -L -S -V -v web attach-session attach bind-key bind break-pane breakp capture-pane capturep choose-buffer choose-client choose-tree clear-history clearhist clock-mode command-prompt confirm-before confirm copy-mode delete-buffer deleteb detach-client detach display-message display display-panes displayp find-window findw has-session has if-shell if join-pane joinp kill-pane killp kill-server kill-session kill-window killw last-pane lastp last-window last link-window linkw list-buffers lsb list-clients lsc list-commands lscm list-keys lsk list-panes lsp list-sessions ls list-windows lsw load-buffer loadb move-pane movep move-window movew new-session new new-window neww next-layout nextl next-window next paste-buffer pasteb previous-layout prevl previous-window prev refresh-client refresh rename-session rename rename-window renamew resize-pane resizep resize-window resizew respawn-pane respawnp respawn-window respawnw restore-session restore rotate-window rotatew run-shell run save-buffer saveb select-layout selectl select-pane selectp select-window selectw send-keys send send-prefix set-buffer setb set-environment setenv set-option set set-window-option setw show-buffer showb show-environment showenv show-messages showmsgs show-options show show-stored show-window-options showw source-file source split-window splitw start-server start suspend-client suspendc swap-pane swapp swap-window swapw switch-client switchc unbind-key unbind unlink-window unlinkw upgrade wait-for wait' -- "$word") ;;
    attach-session|attach) mapfile -t COMPREPLY < <(compgen -W '-c -d -E -f -r -t -x' -- "$word") ;;
    bind-key|bind) mapfile -t COMPREPLY < <(compgen -W '-n -r -N -T' -- "$word") ;;
    break-pane|breakp) mapfile -t COMPREPLY < <(compgen -W '-a -b -d -F -n -P -s -t' -- "$word") ;;
    capture-pane|capturep) mapfile -t COMPREPLY < <(compgen -W '-a -b -C -e -E -J -M -N -o -p -P -q -S -T -t' -- "$word") ;;
    choose-buffer) mapfile -t COMPREPLY < <(compgen -W '-F -f -G -K -k -N -O -r -s -t -w -y -Z' -- "$word") ;;
    choose-client) mapfile -t COMPREPLY < <(compgen -W '-F -f -G -K -k -N -O -r -s -t -w -y -Z' -- "$word") ;;
    choose-tree) mapfile -t COMPREPLY < <(compgen -W '-F -f -G -K -k -N -O -r -s -t -w -y -Z' -- "$word") ;;
    clear-history|clearhist) mapfile -t COMPREPLY < <(compgen -W '-t' -- "$word") ;;
    clock-mode) mapfile -t COMPREPLY < <(compgen -W '-t' -- "$word") ;;
    command-prompt) mapfile -t COMPREPLY < <(compgen -W '-1 -b -e -F -i -k -l -I -N -p -t -T' -- "$word") ;;
    confirm-before|confirm) mapfile -t COMPREPLY < <(compgen -W '-b -c -p -t -y' -- "$word") ;;
    copy-mode) mapfile -t COMPREPLY < <(compgen -W '-d -e -H -M -q -t -u' -- "$word") ;;
    delete-buffer|deleteb) mapfile -t COMPREPLY < <(compgen -W '-b' -- "$word") ;;
    detach-client|detach) mapfile -t COMPREPLY < <(compgen -W '-a -E -s -t -P' -- "$word") ;;
    display-message|display) mapfile -t COMPREPLY < <(compgen -W '-a -C -c -d -F -l -p -t' -- "$word") ;;
    display-panes|displayp) mapfile -t COMPREPLY < <(compgen -W '-b -d -N -t' -- "$word") ;;
    find-window|findw) mapfile -t COMPREPLY < <(compgen -W '-C -i -N -r -t -T -Z' -- "$word") ;;
    has-session|has) mapfile -t COMPREPLY < <(compgen -W '-t' -- "$word") ;;
    if-shell|if) mapfile -t COMPREPLY < <(compgen -W '-b -F -t' -- "$word") ;;
    join-pane|joinp) mapfile -t COMPREPLY < <(compgen -W '-b -d -f -h -v -p -l -s -t' -- "$word") ;;
    kill-pane|killp) mapfile -t COMPREPLY < <(compgen -W '-a -t' -- "$word") ;;
    kill-server) mapfile -t COMPREPLY < <(compgen -W '' -- "$word") ;;
    kill-session) mapfile -t COMPREPLY < <(compgen -W '-a -C -t' -- "$word") ;;
    kill-window|killw) mapfile -t COMPREPLY < <(compgen -W '-a -t' -- "$word") ;;
    last-pane|lastp) mapfile -t COMPREPLY < <(compgen -W '-d -e -t -Z' -- "$word") ;;
    last-window|last) mapfile -t COMPREPLY < <(compgen -W '-t' -- "$word") ;;
    link-window|linkw) mapfile -t COMPREPLY < <(compgen -W '-a -b -d -k -s -t' -- "$word") ;;
    list-buffers|lsb) mapfile -t COMPREPLY < <(compgen -W '-F -f -O -r' -- "$word") ;;
    list-clients|lsc) mapfile -t COMPREPLY < <(compgen -W '-F -f -O -r -t' -- "$word") ;;
    list-commands|lscm) mapfile -t COMPREPLY < <(compgen -W '-F' -- "$word") ;;
    list-keys|lsk) mapfile -t COMPREPLY < <(compgen -W '-1 -a -N -P -T' -- "$word") ;;
    list-panes|lsp) mapfile -t COMPREPLY < <(compgen -W '-a -F -f -O -r -s -t' -- "$word") ;;
    list-sessions|ls) mapfile -t COMPREPLY < <(compgen -W '-F -f -O -p -r -S' -- "$word") ;;
    list-windows|lsw) mapfile -t COMPREPLY < <(compgen -W '-a -F -f -O -r -t' -- "$word") ;;
    load-buffer|loadb) mapfile -t COMPREPLY < <(compgen -W '-b -t -w' -- "$word") ;;
    move-pane|movep) mapfile -t COMPREPLY < <(compgen -W '-b -d -f -h -v -p -l -s -t' -- "$word") ;;
    move-window|movew) mapfile -t COMPREPLY < <(compgen -W '-a -b -d -k -r -s -t' -- "$word") ;;
    new-session|new) mapfile -t COMPREPLY < <(compgen -W '-A -c -d -D -e -E -F -f -n -P -s -t -x -X -y' -- "$word") ;;
    new-window|neww) mapfile -t COMPREPLY < <(compgen -W '-a -b -c -d -e -F -k -n -P -S -t' -- "$word") ;;
    next-layout|nextl) mapfile -t COMPREPLY < <(compgen -W '-t' -- "$word") ;;
    next-window|next) mapfile -t COMPREPLY < <(compgen -W '-a -t' -- "$word") ;;
    paste-buffer|pasteb) mapfile -t COMPREPLY < <(compgen -W '-d -b -p -r -S -s -t' -- "$word") ;;
    previous-layout|prevl) mapfile -t COMPREPLY < <(compgen -W '-t' -- "$word") ;;
    previous-window|prev) mapfile -t COMPREPLY < <(compgen -W '-a -t' -- "$word") ;;
    refresh-client|refresh) mapfile -t COMPREPLY < <(compgen -W '-C -f -F -S -t' -- "$word") ;;
    rename-session|rename) mapfile -t COMPREPLY < <(compgen -W '-t' -- "$word") ;;
    rename-window|renamew) mapfile -t COMPREPLY < <(compgen -W '-t' -- "$word") ;;
    resize-pane|resizep) mapfile -t COMPREPLY < <(compgen -W '-D -L -M -R -T -t -U -x -y -Z' -- "$word") ;;
    resize-window|resizew) mapfile -t COMPREPLY < <(compgen -W '-a -A -D -L -R -t -U -x -y' -- "$word") ;;
    respawn-pane|respawnp) mapfile -t COMPREPLY < <(compgen -W '-c -e -k -t' -- "$word") ;;
    respawn-window|respawnw) mapfile -t COMPREPLY < <(compgen -W '-c -e -k -t' -- "$word") ;;
    restore-session|restore) mapfile -t COMPREPLY < <(compgen -W '-d -n -p -s' -- "$word") ;;
    rotate-window|rotatew) mapfile -t COMPREPLY < <(compgen -W '-D -t -U -Z' -- "$word") ;;
    run-shell|run) mapfile -t COMPREPLY < <(compgen -W '-b -C -c -d -E -t' -- "$word") ;;
    save-buffer|saveb) mapfile -t COMPREPLY < <(compgen -W '-a -b' -- "$word") ;;
    select-layout|selectl) mapfile -t COMPREPLY < <(compgen -W '-E -n -o -p -t' -- "$word") ;;
    select-pane|selectp) mapfile -t COMPREPLY < <(compgen -W '-D -d -e -L -l -M -m -P -R -T -t -U -Z' -- "$word") ;;
    select-window|selectw) mapfile -t COMPREPLY < <(compgen -W '-l -n -p -T -t' -- "$word") ;;
    send-keys|send) mapfile -t COMPREPLY < <(compgen -W '-F -H -l -M -N -R -t -X' -- "$word") ;;
    send-prefix) mapfile -t COMPREPLY < <(compgen -W '-2 -t' -- "$word") ;;
    set-buffer|setb) mapfile -t COMPREPLY < <(compgen -W '-a -b -n -t -w' -- "$word") ;;
    set-environment|setenv) mapfile -t COMPREPLY < <(compgen -W '-F -h -g -r -t -u' -- "$word") ;;
    set-option|set) mapfile -t COMPREPLY < <(compgen -W '-a -F -g -o -p -q -s -t -u -U -w' -- "$word") ;;
    set-window-option|setw) mapfile -t COMPREPLY < <(compgen -W '-a -F -g -o -q -t -u' -- "$word") ;;
    show-buffer|showb) mapfile -t COMPREPLY < <(compgen -W '-b' -- "$word") ;;
    show-environment|showenv) mapfile -t COMPREPLY < <(compgen -W '-h -g -s -t' -- "$word") ;;
    show-messages|showmsgs) mapfile -t COMPREPLY < <(compgen -W '-J -T -t' -- "$word") ;;
    show-options|show) mapfile -t COMPREPLY < <(compgen -W '-A -g -H -p -q -s -t -v -w' -- "$word") ;;
    show-stored) mapfile -t COMPREPLY < <(compgen -W '-C -e -E -J -N -o -p -s -S' -- "$word") ;;
    show-window-options|showw) mapfile -t COMPREPLY < <(compgen -W '-g -t -v' -- "$word") ;;
    source-file|source) mapfile -t COMPREPLY < <(compgen -W '-F -n -q -t -v' -- "$word") ;;
    split-window|splitw) mapfile -t COMPREPLY < <(compgen -W '-b -c -d -e -f -F -h -I -l -p -P -t -v -Z' -- "$word") ;;
    start-server|start) mapfile -t COMPREPLY < <(compgen -W '' -- "$word") ;;
    suspend-client|suspendc) mapfile -t COMPREPLY < <(compgen -W '-t' -- "$word") ;;
    swap-pane|swapp) mapfile -t COMPREPLY < <(compgen -W '-d -D -s -t -U -Z' -- "$word") ;;
    swap-window|swapw) mapfile -t COMPREPLY < <(compgen -W '-d -s -t' -- "$word") ;;
    switch-client|switchc) mapfile -t COMPREPLY < <(compgen -W '-c -E -l -n -O -p -r -T -t -Z' -- "$word") ;;
    unbind-key|unbind) mapfile -t COMPREPLY < <(compgen -W '-a -n -q -T' -- "$word") ;;
    unlink-window|unlinkw) mapfile -t COMPREPLY < <(compgen -W '-k -t' -- "$word") ;;
    upgrade) mapfile -t COMPREPLY < <(compgen -W '-b -k' -- "$word") ;;
    wait-for|wait) mapfile -t COMPREPLY < <(compgen -W '-L -S -U' -- "$word") ;;
  esac
}
complete -o default -F _abide abide
