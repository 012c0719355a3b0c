#compdef abide
# Printed from the command table; see tests/manual. Not edited by hand.
_abide() {
  local -a commands
  commands=(
    'attach-session:Lets the client look at a session\: the one used last that nobody looks at, where none is named.'
    'attach:Lets the client look at a session\: the one used last that nobody looks at, where none is named.'
    'bind-key:Binds a key to commands\: after the prefix, without it (-n), or in a table of its own (-T).'
    'bind:Binds a key to commands\: after the prefix, without it (-n), or in a table of its own (-T).'
    'break-pane:Moves a pane into a window of its own.'
    'breakp:Moves a pane into a window of its own.'
    'capture-pane:Copies what a pane shows into a buffer, or (-p) prints it; -S and -E name lines, negative ones in the history. -a takes the screen behind the alternate one, -M what the pane'\''s mode shows, -P a sequence that is not whole yet. -o says in what form\: text, ansi (as -e), html (a page), or json (an object a line\: its number as -S counts, how many rows it takes, and its runs of text in one style).'
    'capturep:Copies what a pane shows into a buffer, or (-p) prints it; -S and -E name lines, negative ones in the history. -a takes the screen behind the alternate one, -M what the pane'\''s mode shows, -P a sequence that is not whole yet. -o says in what form\: text, ansi (as -e), html (a page), or json (an object a line\: its number as -S counts, how many rows it takes, and its runs of text in one style).'
    'choose-buffer:Shows paste buffers to choose one from, to be pasted.'
    'choose-client:Shows clients to choose one from, to be detached.'
    'choose-tree:Shows sessions, windows and panes to choose one from\: -s with windows hidden, -w with panes hidden.'
    'clear-history:Forgets the history of a pane.'
    'clearhist:Forgets the history of a pane.'
    'clock-mode:Shows the time in a pane until a key is pressed.'
    'command-prompt:Asks for a line in a client'\''s status line and runs the template with it in the place of %%.'
    'confirm-before:Asks in a client'\''s status line before a command runs.'
    'confirm:Asks in a client'\''s status line before a command runs.'
    'copy-mode:Looks back in a pane\: scroll, search, copy; -u scrolls up at once, -d down, -e leaves at the bottom, -q leaves.'
    'delete-buffer:Forgets a paste buffer\: the newest, where none is named.'
    'deleteb:Forgets a paste buffer\: the newest, where none is named.'
    'detach-client:Ends a client'\''s look at its session; the session goes on.'
    'detach:Ends a client'\''s look at its session; the session goes on.'
    'display-message:Shows a line in the status line, or (-p) prints it; it is a format. -a prints all variables.'
    'display:Shows a line in the status line, or (-p) prints it; it is a format. -a prints all variables.'
    'display-panes:Shows the number of each pane for a while; typing one selects it, or runs the template for it.'
    'displayp:Shows the number of each pane for a while; typing one selects it, or runs the template for it.'
    'find-window:Lists the windows whose panes show a text, or have it in their name or title.'
    'findw:Lists the windows whose panes show a text, or have it in their name or title.'
    'has-session:Succeeds when there is such a session.'
    'has:Succeeds when there is such a session.'
    'if-shell:Runs the first command when a shell command succeeds, or (-F) a format is true, else the second.'
    'if:Runs the first command when a shell command succeeds, or (-F) a format is true, else the second.'
    'join-pane:Moves a pane beside another one.'
    'joinp:Moves a pane beside another one.'
    'kill-pane:Ends a pane, or (-a) all others of its window.'
    'killp:Ends a pane, or (-a) all others of its window.'
    'kill-server:Ends all sessions for good, and the server.'
    'kill-session:Ends a session for good, or (-a) all others; -C only clears its alerts.'
    'kill-window:Ends a window with its panes, or (-a) all others of its session.'
    'killw:Ends a window with its panes, or (-a) all others of its session.'
    'last-pane:Makes the pane active that was before.'
    'lastp:Makes the pane active that was before.'
    'last-window:Makes the window current that was before.'
    'last:Makes the window current that was before.'
    'link-window:Puts a window into another session as well.'
    'linkw:Puts a window into another session as well.'
    'list-buffers:Lists the paste buffers.'
    'lsb:Lists the paste buffers.'
    'list-clients:Lists the clients of a session, or all.'
    'lsc:Lists the clients of a session, or all.'
    'list-commands:Lists the commands with their flags and arguments.'
    'lscm:Lists the commands with their flags and arguments.'
    'list-keys:Lists the bindings of keys as commands that make them, or (-N) their notes.'
    'lsk:Lists the bindings of keys as commands that make them, or (-N) their notes.'
    'list-panes:Lists the panes of a window, of a session, or all.'
    'lsp:Lists the panes of a window, of a session, or all.'
    'list-sessions:Lists all sessions; with -S those in the store, of every machine that stores its sessions there, with -p those in the file of another store, which is only read. It is called `sessions` too.'
    'ls:Lists all sessions; with -S those in the store, of every machine that stores its sessions there, with -p those in the file of another store, which is only read. It is called `sessions` too.'
    'list-windows:Lists the windows of a session, or all.'
    'lsw:Lists the windows of a session, or all.'
    'load-buffer:Makes a paste buffer of a file, or of the standard input (-).'
    'loadb:Makes a paste buffer of a file, or of the standard input (-).'
    'move-pane:Moves a pane beside another one.'
    'movep:Moves a pane beside another one.'
    'move-window:Moves a window to another index or session; -r numbers the windows of a session anew.'
    'movew:Moves a window to another index or session; -r numbers the windows of a session anew.'
    'new-session:Creates a session, and lets the client look at it.'
    'new:Creates a session, and lets the client look at it.'
    'new-window:Creates a window.'
    'neww:Creates a window.'
    'next-layout:Arranges the panes of a window by the next layout that has a name.'
    'nextl:Arranges the panes of a window by the next layout that has a name.'
    'next-window:Makes the next window current; -a the next with an alert.'
    'next:Makes the next window current; -a the next with an alert.'
    'paste-buffer:Types a paste buffer into a pane; -p brackets it where the program asked for that, -d forgets it then.'
    'pasteb:Types a paste buffer into a pane; -p brackets it where the program asked for that, -d forgets it then.'
    'previous-layout:Arranges the panes of a window by the previous layout that has a name.'
    'prevl:Arranges the panes of a window by the previous layout that has a name.'
    'previous-window:Makes the previous window current; -a the previous with an alert.'
    'prev:Makes the previous window current; -a the previous with an alert.'
    'refresh-client:Draws a client anew, or its status line (-S); -C gives it a size, -f flags.'
    'refresh:Draws a client anew, or its status line (-S); -C gives it a size, -f flags.'
    'rename-session:Gives a session another name.'
    'rename:Gives a session another name.'
    'rename-window:Gives a window another name, which it keeps.'
    'renamew:Gives a window another name, which it keeps.'
    'resize-pane:Moves a pane'\''s border (-D -L -R -U), gives it a size (-x -y), zooms it (-Z), or lets the mouse drag a border (-M).'
    'resizep:Moves a pane'\''s border (-D -L -R -U), gives it a size (-x -y), zooms it (-Z), or lets the mouse drag a border (-M).'
    'resize-window:Gives a window a size of its own, or (-A -a) that of its largest or smallest client.'
    'resizew:Gives a window a size of its own, or (-A -a) that of its largest or smallest client.'
    'respawn-pane:Starts a pane'\''s program again, or another one; -k ends one that still runs.'
    'respawnp:Starts a pane'\''s program again, or another one; -k ends one that still runs.'
    'respawn-window:Starts a window'\''s first program again and ends its other panes; -k ends one that still runs.'
    'respawnw:Starts a window'\''s first program again and ends its other panes; -k ends one that still runs.'
    'restore-session:Brings a stored session of a machine that is lost here, as after a reboot, and lets the client look at it, but for -d. It is removed where it was; out of the file of another store (-p) it is only copied. -s names the machine where several have a session of that name, -n gives it another name.'
    'restore:Brings a stored session of a machine that is lost here, as after a reboot, and lets the client look at it, but for -d. It is removed where it was; out of the file of another store (-p) it is only copied. -s names the machine where several have a session of that name, -n gives it another name.'
    'rotate-window:Moves every pane of a window to the place of the one before it, or (-D) after it.'
    'rotatew:Moves every pane of a window to the place of the one before it, or (-D) after it.'
    'run-shell:Runs a shell command and shows what it prints, or (-C) runs commands of ours; -b does not wait, -d waits first.'
    'run:Runs a shell command and shows what it prints, or (-C) runs commands of ours; -b does not wait, -d waits first.'
    'save-buffer:Writes a paste buffer to a file, or to the standard output (-).'
    'saveb:Writes a paste buffer to a file, or to the standard output (-).'
    'select-layout:Arranges the panes of a window by a name or a layout'\''s text; -E spreads them, -o goes back.'
    'selectl:Arranges the panes of a window by a name or a layout'\''s text; -E spreads them, -o goes back.'
    'select-pane:Makes a pane active\: the one named, or the one beside it (-D -L -R -U); -m marks it, -d drops what is typed into it, -T gives it a title, -P a style.'
    'selectp:Makes a pane active\: the one named, or the one beside it (-D -L -R -U); -m marks it, -d drops what is typed into it, -T gives it a title, -P a style.'
    'select-window:Makes a window the current one of its session; -T goes to the last one when it is already.'
    'selectw:Makes a window the current one of its session; -T goes to the last one when it is already.'
    'send-keys:Types keys into a pane\: names of keys, other words as they are; -l takes all as they are, -X runs a command of the pane'\''s mode.'
    'send:Types keys into a pane\: names of keys, other words as they are; -l takes all as they are, -X runs a command of the pane'\''s mode.'
    'send-prefix:Types the prefix key into a pane, or (-2) the second one.'
    'set-buffer:Makes a paste buffer of a text, or (-n) gives one another name; -a appends, -w tells the clipboard too.'
    'setb:Makes a paste buffer of a text, or (-n) gives one another name; -a appends, -w tells the clipboard too.'
    'set-environment:Sets a variable for new panes of a session, or (-g) of all; -u forgets it, -r takes it away from them, -h hides it from programs.'
    'setenv:Sets a variable for new panes of a session, or (-g) of all; -u forgets it, -r takes it away from them, -h hides it from programs.'
    'set-option:Sets an option\: of the server (-s), a session, a window (-w) or a pane (-p), or for all (-g); -u takes it away, -a appends, -o only where it is not set.'
    'set:Sets an option\: of the server (-s), a session, a window (-w) or a pane (-p), or for all (-g); -u takes it away, -a appends, -o only where it is not set.'
    'set-window-option:Sets an option of a window, or for all (-g).'
    'setw:Sets an option of a window, or for all (-g).'
    'show-buffer:Prints a paste buffer.'
    'showb:Prints a paste buffer.'
    'show-environment:Prints the variables of a session, or (-g) those of all; -s as shell commands, -h the hidden ones.'
    'showenv:Prints the variables of a session, or (-g) those of all; -s as shell commands, -h the hidden ones.'
    'show-messages:Prints what was said in status lines, and what the server has to tell.'
    'showmsgs:Prints what was said in status lines, and what the server has to tell.'
    'show-options:Prints options\: of the server (-s), a session, a window (-w) or a pane (-p), or those for all (-g); -A shows inherited ones too, -v values alone.'
    'show:Prints options\: of the server (-s), a session, a window (-w) or a pane (-p), or those for all (-g); -A shows inherited ones too, -v values alone.'
    'show-stored:Prints the screen of a session as it was stored last, of this machine or of one that is lost; -s names the machine where several have a session of that name, -p the file of another store, all else is as with capture-pane.'
    'show-window-options:Prints options of a window, or those for all (-g).'
    'showw:Prints options of a window, or those for all (-g).'
    'source-file:Runs the commands in files; -n only reads them, -q says nothing of files that are not there.'
    'source:Runs the commands in files; -n only reads them, -q says nothing of files that are not there.'
    'split-window:Splits a pane in two\: one above the other, or (-h) side by side.'
    'splitw:Splits a pane in two\: one above the other, or (-h) side by side.'
    'start-server:Starts the server where there is none.'
    'start:Starts the server where there is none.'
    'suspend-client:Stops a client, as its shell'\''s job control does; it goes on with fg.'
    'suspendc:Stops a client, as its shell'\''s job control does; it goes on with fg.'
    'swap-pane:Lets two panes change places; -U and -D take the previous and the next.'
    'swapp:Lets two panes change places; -U and -D take the previous and the next.'
    'swap-window:Lets two windows change places.'
    'swapw:Lets two windows change places.'
    'switch-client:Lets a client look at another session\: the one named, the last (-l), the next (-n) or the previous (-p); -T names the table of its next key.'
    'switchc:Lets a client look at another session\: the one named, the last (-l), the next (-n) or the previous (-p); -T names the table of its next key.'
    'unbind-key:Takes the binding of a key away, or (-a) those of a whole table.'
    'unbind:Takes the binding of a key away, or (-a) those of a whole table.'
    'unlink-window:Takes a window out of a session; -k ends it when it is in no other.'
    'unlinkw:Takes a window out of a session; -k ends it when it is in no other.'
    'upgrade:Has the server'\''s process replaced by one of that program, or of the client'\''s own, and with -k its keeper before; everything else goes on.'
    'wait-for:Waits until a channel is signalled (-S), or takes (-L) and gives back (-U) its lock.'
    'wait:Waits until a channel is signalled (-S), or takes (-L) and gives back (-U) its lock.'
    'web:Serve the sessions to a browser'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[CURRENT-1] in
    -t|-s) compadd -- ${(f)"$(abide list-sessions -F '#S' 2>/dev/null)"}; return ;;
  esac
  case $words[2] in
    attach-session|attach) compadd -- -c -d -E -f -r -t -x ;;
    bind-key|bind) compadd -- -n -r -N -T ;;
    break-pane|breakp) compadd -- -a -b -d -F -n -P -s -t ;;
    capture-pane|capturep) compadd -- -a -b -C -e -E -J -M -N -o -p -P -q -S -T -t ;;
    choose-buffer) compadd -- -F -f -G -K -k -N -O -r -s -t -w -y -Z ;;
    choose-client) compadd -- -F -f -G -K -k -N -O -r -s -t -w -y -Z ;;
    choose-tree) compadd -- -F -f -G -K -k -N -O -r -s -t -w -y -Z ;;
    clear-history|clearhist) compadd -- -t ;;
    clock-mode) compadd -- -t ;;
    command-prompt) compadd -- -1 -b -e -F -i -k -l -I -N -p -t -T ;;
    confirm-before|confirm) compadd -- -b -c -p -t -y ;;
    copy-mode) compadd -- -d -e -H -M -q -t -u ;;
    delete-buffer|deleteb) compadd -- -b ;;
    detach-client|detach) compadd -- -a -E -s -t -P ;;
    display-message|display) compadd -- -a -C -c -d -F -l -p -t ;;
    display-panes|displayp) compadd -- -b -d -N -t ;;
    find-window|findw) compadd -- -C -i -N -r -t -T -Z ;;
    has-session|has) compadd -- -t ;;
    if-shell|if) compadd -- -b -F -t ;;
    join-pane|joinp) compadd -- -b -d -f -h -v -p -l -s -t ;;
    kill-pane|killp) compadd -- -a -t ;;
    kill-server) compadd --  ;;
    kill-session) compadd -- -a -C -t ;;
    kill-window|killw) compadd -- -a -t ;;
    last-pane|lastp) compadd -- -d -e -t -Z ;;
    last-window|last) compadd -- -t ;;
    link-window|linkw) compadd -- -a -b -d -k -s -t ;;
    list-buffers|lsb) compadd -- -F -f -O -r ;;
    list-clients|lsc) compadd -- -F -f -O -r -t ;;
    list-commands|lscm) compadd -- -F ;;
    list-keys|lsk) compadd -- -1 -a -N -P -T ;;
    list-panes|lsp) compadd -- -a -F -f -O -r -s -t ;;
    list-sessions|ls) compadd -- -F -f -O -p -r -S ;;
    list-windows|lsw) compadd -- -a -F -f -O -r -t ;;
    load-buffer|loadb) compadd -- -b -t -w ;;
    move-pane|movep) compadd -- -b -d -f -h -v -p -l -s -t ;;
    move-window|movew) compadd -- -a -b -d -k -r -s -t ;;
    new-session|new) compadd -- -A -c -d -D -e -E -F -f -n -P -s -t -x -X -y ;;
    new-window|neww) compadd -- -a -b -c -d -e -F -k -n -P -S -t ;;
    next-layout|nextl) compadd -- -t ;;
    next-window|next) compadd -- -a -t ;;
    paste-buffer|pasteb) compadd -- -d -b -p -r -S -s -t ;;
    previous-layout|prevl) compadd -- -t ;;
    previous-window|prev) compadd -- -a -t ;;
    refresh-client|refresh) compadd -- -C -f -F -S -t ;;
    rename-session|rename) compadd -- -t ;;
    rename-window|renamew) compadd -- -t ;;
    resize-pane|resizep) compadd -- -D -L -M -R -T -t -U -x -y -Z ;;
    resize-window|resizew) compadd -- -a -A -D -L -R -t -U -x -y ;;
    respawn-pane|respawnp) compadd -- -c -e -k -t ;;
    respawn-window|respawnw) compadd -- -c -e -k -t ;;
    restore-session|restore) compadd -- -d -n -p -s ;;
    rotate-window|rotatew) compadd -- -D -t -U -Z ;;
    run-shell|run) compadd -- -b -C -c -d -E -t ;;
    save-buffer|saveb) compadd -- -a -b ;;
    select-layout|selectl) compadd -- -E -n -o -p -t ;;
    select-pane|selectp) compadd -- -D -d -e -L -l -M -m -P -R -T -t -U -Z ;;
    select-window|selectw) compadd -- -l -n -p -T -t ;;
    send-keys|send) compadd -- -F -H -l -M -N -R -t -X ;;
    send-prefix) compadd -- -2 -t ;;
    set-buffer|setb) compadd -- -a -b -n -t -w ;;
    set-environment|setenv) compadd -- -F -h -g -r -t -u ;;
    set-option|set) compadd -- -a -F -g -o -p -q -s -t -u -U -w ;;
    set-window-option|setw) compadd -- -a -F -g -o -q -t -u ;;
    show-buffer|showb) compadd -- -b ;;
    show-environment|showenv) compadd -- -h -g -s -t ;;
    show-messages|showmsgs) compadd -- -J -T -t ;;
    show-options|show) compadd -- -A -g -H -p -q -s -t -v -w ;;
    show-stored) compadd -- -C -e -E -J -N -o -p -s -S ;;
    show-window-options|showw) compadd -- -g -t -v ;;
    source-file|source) compadd -- -F -n -q -t -v ;;
    split-window|splitw) compadd -- -b -c -d -e -f -F -h -I -l -p -P -t -v -Z ;;
    start-server|start) compadd --  ;;
    suspend-client|suspendc) compadd -- -t ;;
    swap-pane|swapp) compadd -- -d -D -s -t -U -Z ;;
    swap-window|swapw) compadd -- -d -s -t ;;
    switch-client|switchc) compadd -- -c -E -l -n -O -p -r -T -t -Z ;;
    unbind-key|unbind) compadd -- -a -n -q -T ;;
    unlink-window|unlinkw) compadd -- -k -t ;;
    upgrade) compadd -- -b -k ;;
    wait-for|wait) compadd -- -L -S -U ;;
  esac
}
_abide "$@"
