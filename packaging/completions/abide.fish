# Printed from the command table; see tests/manual. Not edited by hand.
complete -c abide -f
complete -c abide -n __fish_use_subcommand -a attach-session -d 'Lets the client look at a session: the one used last that nobody looks at, where none is named.'
complete -c abide -n '__fish_seen_subcommand_from attach-session attach' -s c
complete -c abide -n '__fish_seen_subcommand_from attach-session attach' -s d
complete -c abide -n '__fish_seen_subcommand_from attach-session attach' -s E
complete -c abide -n '__fish_seen_subcommand_from attach-session attach' -s f
complete -c abide -n '__fish_seen_subcommand_from attach-session attach' -s r
complete -c abide -n '__fish_seen_subcommand_from attach-session attach' -s t
complete -c abide -n '__fish_seen_subcommand_from attach-session attach' -s x
complete -c abide -n '__fish_seen_subcommand_from attach-session attach' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a bind-key -d 'Binds a key to commands: after the prefix, without it (-n), or in a table of its own (-T).'
complete -c abide -n '__fish_seen_subcommand_from bind-key bind' -s n
complete -c abide -n '__fish_seen_subcommand_from bind-key bind' -s r
complete -c abide -n '__fish_seen_subcommand_from bind-key bind' -s N
complete -c abide -n '__fish_seen_subcommand_from bind-key bind' -s T
complete -c abide -n __fish_use_subcommand -a break-pane -d 'Moves a pane into a window of its own.'
complete -c abide -n '__fish_seen_subcommand_from break-pane breakp' -s a
complete -c abide -n '__fish_seen_subcommand_from break-pane breakp' -s b
complete -c abide -n '__fish_seen_subcommand_from break-pane breakp' -s d
complete -c abide -n '__fish_seen_subcommand_from break-pane breakp' -s F
complete -c abide -n '__fish_seen_subcommand_from break-pane breakp' -s n
complete -c abide -n '__fish_seen_subcommand_from break-pane breakp' -s P
complete -c abide -n '__fish_seen_subcommand_from break-pane breakp' -s s
complete -c abide -n '__fish_seen_subcommand_from break-pane breakp' -s t
complete -c abide -n '__fish_seen_subcommand_from break-pane breakp' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a capture-pane -d 'Copies what a pane shows into a buffer, or (-p) prints it; -S and -E name lines, negative ones in the history. -a takes the screen behind the alternate one, -M what the pane\'s mode shows, -P a sequence that is not whole yet. -o says in what form: text, ansi (as -e), html (a page), or json (an object a line: its number as -S counts, how many rows it takes, and its runs of text in one style).'
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s a
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s b
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s C
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s e
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s E
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s J
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s M
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s N
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s o
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s p
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s P
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s q
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s S
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s T
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s t
complete -c abide -n '__fish_seen_subcommand_from capture-pane capturep' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a choose-buffer -d 'Shows paste buffers to choose one from, to be pasted.'
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s F
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s f
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s G
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s K
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s k
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s N
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s O
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s r
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s s
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s t
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s w
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s y
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s Z
complete -c abide -n '__fish_seen_subcommand_from choose-buffer' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a choose-client -d 'Shows clients to choose one from, to be detached.'
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s F
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s f
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s G
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s K
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s k
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s N
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s O
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s r
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s s
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s t
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s w
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s y
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s Z
complete -c abide -n '__fish_seen_subcommand_from choose-client' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a choose-tree -d 'Shows sessions, windows and panes to choose one from: -s with windows hidden, -w with panes hidden.'
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s F
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s f
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s G
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s K
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s k
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s N
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s O
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s r
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s s
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s t
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s w
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s y
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s Z
complete -c abide -n '__fish_seen_subcommand_from choose-tree' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a clear-history -d 'Forgets the history of a pane.'
complete -c abide -n '__fish_seen_subcommand_from clear-history clearhist' -s t
complete -c abide -n '__fish_seen_subcommand_from clear-history clearhist' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a clock-mode -d 'Shows the time in a pane until a key is pressed.'
complete -c abide -n '__fish_seen_subcommand_from clock-mode' -s t
complete -c abide -n '__fish_seen_subcommand_from clock-mode' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a command-prompt -d 'Asks for a line in a client\'s status line and runs the template with it in the place of %%.'
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s 1
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s b
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s e
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s F
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s i
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s k
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s l
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s I
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s N
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s p
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s t
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s T
complete -c abide -n '__fish_seen_subcommand_from command-prompt' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a confirm-before -d 'Asks in a client\'s status line before a command runs.'
complete -c abide -n '__fish_seen_subcommand_from confirm-before confirm' -s b
complete -c abide -n '__fish_seen_subcommand_from confirm-before confirm' -s c
complete -c abide -n '__fish_seen_subcommand_from confirm-before confirm' -s p
complete -c abide -n '__fish_seen_subcommand_from confirm-before confirm' -s t
complete -c abide -n '__fish_seen_subcommand_from confirm-before confirm' -s y
complete -c abide -n '__fish_seen_subcommand_from confirm-before confirm' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a copy-mode -d 'Looks back in a pane: scroll, search, copy; -u scrolls up at once, -d down, -e leaves at the bottom, -q leaves.'
complete -c abide -n '__fish_seen_subcommand_from copy-mode' -s d
complete -c abide -n '__fish_seen_subcommand_from copy-mode' -s e
complete -c abide -n '__fish_seen_subcommand_from copy-mode' -s H
complete -c abide -n '__fish_seen_subcommand_from copy-mode' -s M
complete -c abide -n '__fish_seen_subcommand_from copy-mode' -s q
complete -c abide -n '__fish_seen_subcommand_from copy-mode' -s t
complete -c abide -n '__fish_seen_subcommand_from copy-mode' -s u
complete -c abide -n '__fish_seen_subcommand_from copy-mode' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a delete-buffer -d 'Forgets a paste buffer: the newest, where none is named.'
complete -c abide -n '__fish_seen_subcommand_from delete-buffer deleteb' -s b
complete -c abide -n __fish_use_subcommand -a detach-client -d 'Ends a client\'s look at its session; the session goes on.'
complete -c abide -n '__fish_seen_subcommand_from detach-client detach' -s a
complete -c abide -n '__fish_seen_subcommand_from detach-client detach' -s E
complete -c abide -n '__fish_seen_subcommand_from detach-client detach' -s s
complete -c abide -n '__fish_seen_subcommand_from detach-client detach' -s t
complete -c abide -n '__fish_seen_subcommand_from detach-client detach' -s P
complete -c abide -n '__fish_seen_subcommand_from detach-client detach' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a display-message -d 'Shows a line in the status line, or (-p) prints it; it is a format. -a prints all variables.'
complete -c abide -n '__fish_seen_subcommand_from display-message display' -s a
complete -c abide -n '__fish_seen_subcommand_from display-message display' -s C
complete -c abide -n '__fish_seen_subcommand_from display-message display' -s c
complete -c abide -n '__fish_seen_subcommand_from display-message display' -s d
complete -c abide -n '__fish_seen_subcommand_from display-message display' -s F
complete -c abide -n '__fish_seen_subcommand_from display-message display' -s l
complete -c abide -n '__fish_seen_subcommand_from display-message display' -s p
complete -c abide -n '__fish_seen_subcommand_from display-message display' -s t
complete -c abide -n '__fish_seen_subcommand_from display-message display' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a display-panes -d 'Shows the number of each pane for a while; typing one selects it, or runs the template for it.'
complete -c abide -n '__fish_seen_subcommand_from display-panes displayp' -s b
complete -c abide -n '__fish_seen_subcommand_from display-panes displayp' -s d
complete -c abide -n '__fish_seen_subcommand_from display-panes displayp' -s N
complete -c abide -n '__fish_seen_subcommand_from display-panes displayp' -s t
complete -c abide -n '__fish_seen_subcommand_from display-panes displayp' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a find-window -d 'Lists the windows whose panes show a text, or have it in their name or title.'
complete -c abide -n '__fish_seen_subcommand_from find-window findw' -s C
complete -c abide -n '__fish_seen_subcommand_from find-window findw' -s i
complete -c abide -n '__fish_seen_subcommand_from find-window findw' -s N
complete -c abide -n '__fish_seen_subcommand_from find-window findw' -s r
complete -c abide -n '__fish_seen_subcommand_from find-window findw' -s t
complete -c abide -n '__fish_seen_subcommand_from find-window findw' -s T
complete -c abide -n '__fish_seen_subcommand_from find-window findw' -s Z
complete -c abide -n '__fish_seen_subcommand_from find-window findw' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a has-session -d 'Succeeds when there is such a session.'
complete -c abide -n '__fish_seen_subcommand_from has-session has' -s t
complete -c abide -n '__fish_seen_subcommand_from has-session has' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a if-shell -d 'Runs the first command when a shell command succeeds, or (-F) a format is true, else the second.'
complete -c abide -n '__fish_seen_subcommand_from if-shell if' -s b
complete -c abide -n '__fish_seen_subcommand_from if-shell if' -s F
complete -c abide -n '__fish_seen_subcommand_from if-shell if' -s t
complete -c abide -n '__fish_seen_subcommand_from if-shell if' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a join-pane -d 'Moves a pane beside another one.'
complete -c abide -n '__fish_seen_subcommand_from join-pane joinp' -s b
complete -c abide -n '__fish_seen_subcommand_from join-pane joinp' -s d
complete -c abide -n '__fish_seen_subcommand_from join-pane joinp' -s f
complete -c abide -n '__fish_seen_subcommand_from join-pane joinp' -s h
complete -c abide -n '__fish_seen_subcommand_from join-pane joinp' -s v
complete -c abide -n '__fish_seen_subcommand_from join-pane joinp' -s p
complete -c abide -n '__fish_seen_subcommand_from join-pane joinp' -s l
complete -c abide -n '__fish_seen_subcommand_from join-pane joinp' -s s
complete -c abide -n '__fish_seen_subcommand_from join-pane joinp' -s t
complete -c abide -n '__fish_seen_subcommand_from join-pane joinp' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a kill-pane -d 'Ends a pane, or (-a) all others of its window.'
complete -c abide -n '__fish_seen_subcommand_from kill-pane killp' -s a
complete -c abide -n '__fish_seen_subcommand_from kill-pane killp' -s t
complete -c abide -n '__fish_seen_subcommand_from kill-pane killp' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a kill-server -d 'Ends all sessions for good, and the server.'
complete -c abide -n __fish_use_subcommand -a kill-session -d 'Ends a session for good, or (-a) all others; -C only clears its alerts.'
complete -c abide -n '__fish_seen_subcommand_from kill-session' -s a
complete -c abide -n '__fish_seen_subcommand_from kill-session' -s C
complete -c abide -n '__fish_seen_subcommand_from kill-session' -s t
complete -c abide -n '__fish_seen_subcommand_from kill-session' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a kill-window -d 'Ends a window with its panes, or (-a) all others of its session.'
complete -c abide -n '__fish_seen_subcommand_from kill-window killw' -s a
complete -c abide -n '__fish_seen_subcommand_from kill-window killw' -s t
complete -c abide -n '__fish_seen_subcommand_from kill-window killw' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a last-pane -d 'Makes the pane active that was before.'
complete -c abide -n '__fish_seen_subcommand_from last-pane lastp' -s d
complete -c abide -n '__fish_seen_subcommand_from last-pane lastp' -s e
complete -c abide -n '__fish_seen_subcommand_from last-pane lastp' -s t
complete -c abide -n '__fish_seen_subcommand_from last-pane lastp' -s Z
complete -c abide -n '__fish_seen_subcommand_from last-pane lastp' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a last-window -d 'Makes the window current that was before.'
complete -c abide -n '__fish_seen_subcommand_from last-window last' -s t
complete -c abide -n '__fish_seen_subcommand_from last-window last' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a link-window -d 'Puts a window into another session as well.'
complete -c abide -n '__fish_seen_subcommand_from link-window linkw' -s a
complete -c abide -n '__fish_seen_subcommand_from link-window linkw' -s b
complete -c abide -n '__fish_seen_subcommand_from link-window linkw' -s d
complete -c abide -n '__fish_seen_subcommand_from link-window linkw' -s k
complete -c abide -n '__fish_seen_subcommand_from link-window linkw' -s s
complete -c abide -n '__fish_seen_subcommand_from link-window linkw' -s t
complete -c abide -n '__fish_seen_subcommand_from link-window linkw' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a list-buffers -d 'Lists the paste buffers.'
complete -c abide -n '__fish_seen_subcommand_from list-buffers lsb' -s F
complete -c abide -n '__fish_seen_subcommand_from list-buffers lsb' -s f
complete -c abide -n '__fish_seen_subcommand_from list-buffers lsb' -s O
complete -c abide -n '__fish_seen_subcommand_from list-buffers lsb' -s r
complete -c abide -n __fish_use_subcommand -a list-clients -d 'Lists the clients of a session, or all.'
complete -c abide -n '__fish_seen_subcommand_from list-clients lsc' -s F
complete -c abide -n '__fish_seen_subcommand_from list-clients lsc' -s f
complete -c abide -n '__fish_seen_subcommand_from list-clients lsc' -s O
complete -c abide -n '__fish_seen_subcommand_from list-clients lsc' -s r
complete -c abide -n '__fish_seen_subcommand_from list-clients lsc' -s t
complete -c abide -n '__fish_seen_subcommand_from list-clients lsc' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a list-commands -d 'Lists the commands with their flags and arguments.'
complete -c abide -n '__fish_seen_subcommand_from list-commands lscm' -s F
complete -c abide -n __fish_use_subcommand -a list-keys -d 'Lists the bindings of keys as commands that make them, or (-N) their notes.'
complete -c abide -n '__fish_seen_subcommand_from list-keys lsk' -s 1
complete -c abide -n '__fish_seen_subcommand_from list-keys lsk' -s a
complete -c abide -n '__fish_seen_subcommand_from list-keys lsk' -s N
complete -c abide -n '__fish_seen_subcommand_from list-keys lsk' -s P
complete -c abide -n '__fish_seen_subcommand_from list-keys lsk' -s T
complete -c abide -n __fish_use_subcommand -a list-panes -d 'Lists the panes of a window, of a session, or all.'
complete -c abide -n '__fish_seen_subcommand_from list-panes lsp' -s a
complete -c abide -n '__fish_seen_subcommand_from list-panes lsp' -s F
complete -c abide -n '__fish_seen_subcommand_from list-panes lsp' -s f
complete -c abide -n '__fish_seen_subcommand_from list-panes lsp' -s O
complete -c abide -n '__fish_seen_subcommand_from list-panes lsp' -s r
complete -c abide -n '__fish_seen_subcommand_from list-panes lsp' -s s
complete -c abide -n '__fish_seen_subcommand_from list-panes lsp' -s t
complete -c abide -n '__fish_seen_subcommand_from list-panes lsp' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a list-sessions -d 'Lists all sessions; with -S those in the store, of every machine that stores its sessions there, with -p those in the file of another store, which is only read. It is called `sessions` too.'
complete -c abide -n '__fish_seen_subcommand_from list-sessions ls' -s F
complete -c abide -n '__fish_seen_subcommand_from list-sessions ls' -s f
complete -c abide -n '__fish_seen_subcommand_from list-sessions ls' -s O
complete -c abide -n '__fish_seen_subcommand_from list-sessions ls' -s p
complete -c abide -n '__fish_seen_subcommand_from list-sessions ls' -s r
complete -c abide -n '__fish_seen_subcommand_from list-sessions ls' -s S
complete -c abide -n __fish_use_subcommand -a list-windows -d 'Lists the windows of a session, or all.'
complete -c abide -n '__fish_seen_subcommand_from list-windows lsw' -s a
complete -c abide -n '__fish_seen_subcommand_from list-windows lsw' -s F
complete -c abide -n '__fish_seen_subcommand_from list-windows lsw' -s f
complete -c abide -n '__fish_seen_subcommand_from list-windows lsw' -s O
complete -c abide -n '__fish_seen_subcommand_from list-windows lsw' -s r
complete -c abide -n '__fish_seen_subcommand_from list-windows lsw' -s t
complete -c abide -n '__fish_seen_subcommand_from list-windows lsw' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a load-buffer -d 'Makes a paste buffer of a file, or of the standard input (-).'
complete -c abide -n '__fish_seen_subcommand_from load-buffer loadb' -s b
complete -c abide -n '__fish_seen_subcommand_from load-buffer loadb' -s t
complete -c abide -n '__fish_seen_subcommand_from load-buffer loadb' -s w
complete -c abide -n '__fish_seen_subcommand_from load-buffer loadb' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a move-pane -d 'Moves a pane beside another one.'
complete -c abide -n '__fish_seen_subcommand_from move-pane movep' -s b
complete -c abide -n '__fish_seen_subcommand_from move-pane movep' -s d
complete -c abide -n '__fish_seen_subcommand_from move-pane movep' -s f
complete -c abide -n '__fish_seen_subcommand_from move-pane movep' -s h
complete -c abide -n '__fish_seen_subcommand_from move-pane movep' -s v
complete -c abide -n '__fish_seen_subcommand_from move-pane movep' -s p
complete -c abide -n '__fish_seen_subcommand_from move-pane movep' -s l
complete -c abide -n '__fish_seen_subcommand_from move-pane movep' -s s
complete -c abide -n '__fish_seen_subcommand_from move-pane movep' -s t
complete -c abide -n '__fish_seen_subcommand_from move-pane movep' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a move-window -d 'Moves a window to another index or session; -r numbers the windows of a session anew.'
complete -c abide -n '__fish_seen_subcommand_from move-window movew' -s a
complete -c abide -n '__fish_seen_subcommand_from move-window movew' -s b
complete -c abide -n '__fish_seen_subcommand_from move-window movew' -s d
complete -c abide -n '__fish_seen_subcommand_from move-window movew' -s k
complete -c abide -n '__fish_seen_subcommand_from move-window movew' -s r
complete -c abide -n '__fish_seen_subcommand_from move-window movew' -s s
complete -c abide -n '__fish_seen_subcommand_from move-window movew' -s t
complete -c abide -n '__fish_seen_subcommand_from move-window movew' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a new-session -d 'Creates a session, and lets the client look at it.'
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s A
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s c
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s d
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s D
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s e
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s E
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s F
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s f
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s n
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s P
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s s
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s t
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s x
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s X
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s y
complete -c abide -n '__fish_seen_subcommand_from new-session new' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a new-window -d 'Creates a window.'
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s a
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s b
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s c
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s d
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s e
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s F
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s k
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s n
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s P
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s S
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s t
complete -c abide -n '__fish_seen_subcommand_from new-window neww' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a next-layout -d 'Arranges the panes of a window by the next layout that has a name.'
complete -c abide -n '__fish_seen_subcommand_from next-layout nextl' -s t
complete -c abide -n '__fish_seen_subcommand_from next-layout nextl' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a next-window -d 'Makes the next window current; -a the next with an alert.'
complete -c abide -n '__fish_seen_subcommand_from next-window next' -s a
complete -c abide -n '__fish_seen_subcommand_from next-window next' -s t
complete -c abide -n '__fish_seen_subcommand_from next-window next' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a paste-buffer -d 'Types a paste buffer into a pane; -p brackets it where the program asked for that, -d forgets it then.'
complete -c abide -n '__fish_seen_subcommand_from paste-buffer pasteb' -s d
complete -c abide -n '__fish_seen_subcommand_from paste-buffer pasteb' -s b
complete -c abide -n '__fish_seen_subcommand_from paste-buffer pasteb' -s p
complete -c abide -n '__fish_seen_subcommand_from paste-buffer pasteb' -s r
complete -c abide -n '__fish_seen_subcommand_from paste-buffer pasteb' -s S
complete -c abide -n '__fish_seen_subcommand_from paste-buffer pasteb' -s s
complete -c abide -n '__fish_seen_subcommand_from paste-buffer pasteb' -s t
complete -c abide -n '__fish_seen_subcommand_from paste-buffer pasteb' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a previous-layout -d 'Arranges the panes of a window by the previous layout that has a name.'
complete -c abide -n '__fish_seen_subcommand_from previous-layout prevl' -s t
complete -c abide -n '__fish_seen_subcommand_from previous-layout prevl' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a previous-window -d 'Makes the previous window current; -a the previous with an alert.'
complete -c abide -n '__fish_seen_subcommand_from previous-window prev' -s a
complete -c abide -n '__fish_seen_subcommand_from previous-window prev' -s t
complete -c abide -n '__fish_seen_subcommand_from previous-window prev' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a refresh-client -d 'Draws a client anew, or its status line (-S); -C gives it a size, -f flags.'
complete -c abide -n '__fish_seen_subcommand_from refresh-client refresh' -s C
complete -c abide -n '__fish_seen_subcommand_from refresh-client refresh' -s f
complete -c abide -n '__fish_seen_subcommand_from refresh-client refresh' -s F
complete -c abide -n '__fish_seen_subcommand_from refresh-client refresh' -s S
complete -c abide -n '__fish_seen_subcommand_from refresh-client refresh' -s t
complete -c abide -n '__fish_seen_subcommand_from refresh-client refresh' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a rename-session -d 'Gives a session another name.'
complete -c abide -n '__fish_seen_subcommand_from rename-session rename' -s t
complete -c abide -n '__fish_seen_subcommand_from rename-session rename' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a rename-window -d 'Gives a window another name, which it keeps.'
complete -c abide -n '__fish_seen_subcommand_from rename-window renamew' -s t
complete -c abide -n '__fish_seen_subcommand_from rename-window renamew' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a resize-pane -d 'Moves a pane\'s border (-D -L -R -U), gives it a size (-x -y), zooms it (-Z), or lets the mouse drag a border (-M).'
complete -c abide -n '__fish_seen_subcommand_from resize-pane resizep' -s D
complete -c abide -n '__fish_seen_subcommand_from resize-pane resizep' -s L
complete -c abide -n '__fish_seen_subcommand_from resize-pane resizep' -s M
complete -c abide -n '__fish_seen_subcommand_from resize-pane resizep' -s R
complete -c abide -n '__fish_seen_subcommand_from resize-pane resizep' -s T
complete -c abide -n '__fish_seen_subcommand_from resize-pane resizep' -s t
complete -c abide -n '__fish_seen_subcommand_from resize-pane resizep' -s U
complete -c abide -n '__fish_seen_subcommand_from resize-pane resizep' -s x
complete -c abide -n '__fish_seen_subcommand_from resize-pane resizep' -s y
complete -c abide -n '__fish_seen_subcommand_from resize-pane resizep' -s Z
complete -c abide -n '__fish_seen_subcommand_from resize-pane resizep' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a resize-window -d 'Gives a window a size of its own, or (-A -a) that of its largest or smallest client.'
complete -c abide -n '__fish_seen_subcommand_from resize-window resizew' -s a
complete -c abide -n '__fish_seen_subcommand_from resize-window resizew' -s A
complete -c abide -n '__fish_seen_subcommand_from resize-window resizew' -s D
complete -c abide -n '__fish_seen_subcommand_from resize-window resizew' -s L
complete -c abide -n '__fish_seen_subcommand_from resize-window resizew' -s R
complete -c abide -n '__fish_seen_subcommand_from resize-window resizew' -s t
complete -c abide -n '__fish_seen_subcommand_from resize-window resizew' -s U
complete -c abide -n '__fish_seen_subcommand_from resize-window resizew' -s x
complete -c abide -n '__fish_seen_subcommand_from resize-window resizew' -s y
complete -c abide -n '__fish_seen_subcommand_from resize-window resizew' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a respawn-pane -d 'Starts a pane\'s program again, or another one; -k ends one that still runs.'
complete -c abide -n '__fish_seen_subcommand_from respawn-pane respawnp' -s c
complete -c abide -n '__fish_seen_subcommand_from respawn-pane respawnp' -s e
complete -c abide -n '__fish_seen_subcommand_from respawn-pane respawnp' -s k
complete -c abide -n '__fish_seen_subcommand_from respawn-pane respawnp' -s t
complete -c abide -n '__fish_seen_subcommand_from respawn-pane respawnp' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a respawn-window -d 'Starts a window\'s first program again and ends its other panes; -k ends one that still runs.'
complete -c abide -n '__fish_seen_subcommand_from respawn-window respawnw' -s c
complete -c abide -n '__fish_seen_subcommand_from respawn-window respawnw' -s e
complete -c abide -n '__fish_seen_subcommand_from respawn-window respawnw' -s k
complete -c abide -n '__fish_seen_subcommand_from respawn-window respawnw' -s t
complete -c abide -n '__fish_seen_subcommand_from respawn-window respawnw' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a restore-session -d 'Brings a stored session of a machine that is lost here, as after a reboot, and lets the client look at it, but for -d. It is removed where it was; out of the file of another store (-p) it is only copied. -s names the machine where several have a session of that name, -n gives it another name.'
complete -c abide -n '__fish_seen_subcommand_from restore-session restore' -s d
complete -c abide -n '__fish_seen_subcommand_from restore-session restore' -s n
complete -c abide -n '__fish_seen_subcommand_from restore-session restore' -s p
complete -c abide -n '__fish_seen_subcommand_from restore-session restore' -s s
complete -c abide -n __fish_use_subcommand -a rotate-window -d 'Moves every pane of a window to the place of the one before it, or (-D) after it.'
complete -c abide -n '__fish_seen_subcommand_from rotate-window rotatew' -s D
complete -c abide -n '__fish_seen_subcommand_from rotate-window rotatew' -s t
complete -c abide -n '__fish_seen_subcommand_from rotate-window rotatew' -s U
complete -c abide -n '__fish_seen_subcommand_from rotate-window rotatew' -s Z
complete -c abide -n '__fish_seen_subcommand_from rotate-window rotatew' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a run-shell -d 'Runs a shell command and shows what it prints, or (-C) runs commands of ours; -b does not wait, -d waits first.'
complete -c abide -n '__fish_seen_subcommand_from run-shell run' -s b
complete -c abide -n '__fish_seen_subcommand_from run-shell run' -s C
complete -c abide -n '__fish_seen_subcommand_from run-shell run' -s c
complete -c abide -n '__fish_seen_subcommand_from run-shell run' -s d
complete -c abide -n '__fish_seen_subcommand_from run-shell run' -s E
complete -c abide -n '__fish_seen_subcommand_from run-shell run' -s t
complete -c abide -n '__fish_seen_subcommand_from run-shell run' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a save-buffer -d 'Writes a paste buffer to a file, or to the standard output (-).'
complete -c abide -n '__fish_seen_subcommand_from save-buffer saveb' -s a
complete -c abide -n '__fish_seen_subcommand_from save-buffer saveb' -s b
complete -c abide -n __fish_use_subcommand -a select-layout -d 'Arranges the panes of a window by a name or a layout\'s text; -E spreads them, -o goes back.'
complete -c abide -n '__fish_seen_subcommand_from select-layout selectl' -s E
complete -c abide -n '__fish_seen_subcommand_from select-layout selectl' -s n
complete -c abide -n '__fish_seen_subcommand_from select-layout selectl' -s o
complete -c abide -n '__fish_seen_subcommand_from select-layout selectl' -s p
complete -c abide -n '__fish_seen_subcommand_from select-layout selectl' -s t
complete -c abide -n '__fish_seen_subcommand_from select-layout selectl' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a select-pane -d 'Makes a pane active: the one named, or the one beside it (-D -L -R -U); -m marks it, -d drops what is typed into it, -T gives it a title, -P a style.'
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s D
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s d
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s e
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s L
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s l
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s M
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s m
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s P
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s R
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s T
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s t
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s U
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s Z
complete -c abide -n '__fish_seen_subcommand_from select-pane selectp' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a select-window -d 'Makes a window the current one of its session; -T goes to the last one when it is already.'
complete -c abide -n '__fish_seen_subcommand_from select-window selectw' -s l
complete -c abide -n '__fish_seen_subcommand_from select-window selectw' -s n
complete -c abide -n '__fish_seen_subcommand_from select-window selectw' -s p
complete -c abide -n '__fish_seen_subcommand_from select-window selectw' -s T
complete -c abide -n '__fish_seen_subcommand_from select-window selectw' -s t
complete -c abide -n '__fish_seen_subcommand_from select-window selectw' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a send-keys -d 'Types keys into a pane: names of keys, other words as they are; -l takes all as they are, -X runs a command of the pane\'s mode.'
complete -c abide -n '__fish_seen_subcommand_from send-keys send' -s F
complete -c abide -n '__fish_seen_subcommand_from send-keys send' -s H
complete -c abide -n '__fish_seen_subcommand_from send-keys send' -s l
complete -c abide -n '__fish_seen_subcommand_from send-keys send' -s M
complete -c abide -n '__fish_seen_subcommand_from send-keys send' -s N
complete -c abide -n '__fish_seen_subcommand_from send-keys send' -s R
complete -c abide -n '__fish_seen_subcommand_from send-keys send' -s t
complete -c abide -n '__fish_seen_subcommand_from send-keys send' -s X
complete -c abide -n '__fish_seen_subcommand_from send-keys send' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a send-prefix -d 'Types the prefix key into a pane, or (-2) the second one.'
complete -c abide -n '__fish_seen_subcommand_from send-prefix' -s 2
complete -c abide -n '__fish_seen_subcommand_from send-prefix' -s t
complete -c abide -n '__fish_seen_subcommand_from send-prefix' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a set-buffer -d 'Makes a paste buffer of a text, or (-n) gives one another name; -a appends, -w tells the clipboard too.'
complete -c abide -n '__fish_seen_subcommand_from set-buffer setb' -s a
complete -c abide -n '__fish_seen_subcommand_from set-buffer setb' -s b
complete -c abide -n '__fish_seen_subcommand_from set-buffer setb' -s n
complete -c abide -n '__fish_seen_subcommand_from set-buffer setb' -s t
complete -c abide -n '__fish_seen_subcommand_from set-buffer setb' -s w
complete -c abide -n '__fish_seen_subcommand_from set-buffer setb' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a set-environment -d 'Sets a variable for new panes of a session, or (-g) of all; -u forgets it, -r takes it away from them, -h hides it from programs.'
complete -c abide -n '__fish_seen_subcommand_from set-environment setenv' -s F
complete -c abide -n '__fish_seen_subcommand_from set-environment setenv' -s h
complete -c abide -n '__fish_seen_subcommand_from set-environment setenv' -s g
complete -c abide -n '__fish_seen_subcommand_from set-environment setenv' -s r
complete -c abide -n '__fish_seen_subcommand_from set-environment setenv' -s t
complete -c abide -n '__fish_seen_subcommand_from set-environment setenv' -s u
complete -c abide -n '__fish_seen_subcommand_from set-environment setenv' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a set-option -d 'Sets an option: of the server (-s), a session, a window (-w) or a pane (-p), or for all (-g); -u takes it away, -a appends, -o only where it is not set.'
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s a
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s F
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s g
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s o
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s p
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s q
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s s
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s t
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s u
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s U
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s w
complete -c abide -n '__fish_seen_subcommand_from set-option set' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a set-window-option -d 'Sets an option of a window, or for all (-g).'
complete -c abide -n '__fish_seen_subcommand_from set-window-option setw' -s a
complete -c abide -n '__fish_seen_subcommand_from set-window-option setw' -s F
complete -c abide -n '__fish_seen_subcommand_from set-window-option setw' -s g
complete -c abide -n '__fish_seen_subcommand_from set-window-option setw' -s o
complete -c abide -n '__fish_seen_subcommand_from set-window-option setw' -s q
complete -c abide -n '__fish_seen_subcommand_from set-window-option setw' -s t
complete -c abide -n '__fish_seen_subcommand_from set-window-option setw' -s u
complete -c abide -n '__fish_seen_subcommand_from set-window-option setw' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a show-buffer -d 'Prints a paste buffer.'
complete -c abide -n '__fish_seen_subcommand_from show-buffer showb' -s b
complete -c abide -n __fish_use_subcommand -a show-environment -d 'Prints the variables of a session, or (-g) those of all; -s as shell commands, -h the hidden ones.'
complete -c abide -n '__fish_seen_subcommand_from show-environment showenv' -s h
complete -c abide -n '__fish_seen_subcommand_from show-environment showenv' -s g
complete -c abide -n '__fish_seen_subcommand_from show-environment showenv' -s s
complete -c abide -n '__fish_seen_subcommand_from show-environment showenv' -s t
complete -c abide -n '__fish_seen_subcommand_from show-environment showenv' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a show-messages -d 'Prints what was said in status lines, and what the server has to tell.'
complete -c abide -n '__fish_seen_subcommand_from show-messages showmsgs' -s J
complete -c abide -n '__fish_seen_subcommand_from show-messages showmsgs' -s T
complete -c abide -n '__fish_seen_subcommand_from show-messages showmsgs' -s t
complete -c abide -n '__fish_seen_subcommand_from show-messages showmsgs' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a show-options -d 'Prints options: of the server (-s), a session, a window (-w) or a pane (-p), or those for all (-g); -A shows inherited ones too, -v values alone.'
complete -c abide -n '__fish_seen_subcommand_from show-options show' -s A
complete -c abide -n '__fish_seen_subcommand_from show-options show' -s g
complete -c abide -n '__fish_seen_subcommand_from show-options show' -s H
complete -c abide -n '__fish_seen_subcommand_from show-options show' -s p
complete -c abide -n '__fish_seen_subcommand_from show-options show' -s q
complete -c abide -n '__fish_seen_subcommand_from show-options show' -s s
complete -c abide -n '__fish_seen_subcommand_from show-options show' -s t
complete -c abide -n '__fish_seen_subcommand_from show-options show' -s v
complete -c abide -n '__fish_seen_subcommand_from show-options show' -s w
complete -c abide -n '__fish_seen_subcommand_from show-options show' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a show-stored -d 'Prints the screen of a session as it was stored last, of this machine or of one that is lost; -s names the machine where several have a session of that name, -p the file of another store, all else is as with capture-pane.'
complete -c abide -n '__fish_seen_subcommand_from show-stored' -s C
complete -c abide -n '__fish_seen_subcommand_from show-stored' -s e
complete -c abide -n '__fish_seen_subcommand_from show-stored' -s E
complete -c abide -n '__fish_seen_subcommand_from show-stored' -s J
complete -c abide -n '__fish_seen_subcommand_from show-stored' -s N
complete -c abide -n '__fish_seen_subcommand_from show-stored' -s o
complete -c abide -n '__fish_seen_subcommand_from show-stored' -s p
complete -c abide -n '__fish_seen_subcommand_from show-stored' -s s
complete -c abide -n '__fish_seen_subcommand_from show-stored' -s S
complete -c abide -n __fish_use_subcommand -a show-window-options -d 'Prints options of a window, or those for all (-g).'
complete -c abide -n '__fish_seen_subcommand_from show-window-options showw' -s g
complete -c abide -n '__fish_seen_subcommand_from show-window-options showw' -s t
complete -c abide -n '__fish_seen_subcommand_from show-window-options showw' -s v
complete -c abide -n '__fish_seen_subcommand_from show-window-options showw' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a source-file -d 'Runs the commands in files; -n only reads them, -q says nothing of files that are not there.'
complete -c abide -n '__fish_seen_subcommand_from source-file source' -s F
complete -c abide -n '__fish_seen_subcommand_from source-file source' -s n
complete -c abide -n '__fish_seen_subcommand_from source-file source' -s q
complete -c abide -n '__fish_seen_subcommand_from source-file source' -s t
complete -c abide -n '__fish_seen_subcommand_from source-file source' -s v
complete -c abide -n '__fish_seen_subcommand_from source-file source' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a split-window -d 'Splits a pane in two: one above the other, or (-h) side by side.'
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s b
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s c
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s d
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s e
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s f
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s F
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s h
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s I
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s l
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s p
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s P
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s t
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s v
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s Z
complete -c abide -n '__fish_seen_subcommand_from split-window splitw' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a start-server -d 'Starts the server where there is none.'
complete -c abide -n __fish_use_subcommand -a suspend-client -d 'Stops a client, as its shell\'s job control does; it goes on with fg.'
complete -c abide -n '__fish_seen_subcommand_from suspend-client suspendc' -s t
complete -c abide -n '__fish_seen_subcommand_from suspend-client suspendc' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a swap-pane -d 'Lets two panes change places; -U and -D take the previous and the next.'
complete -c abide -n '__fish_seen_subcommand_from swap-pane swapp' -s d
complete -c abide -n '__fish_seen_subcommand_from swap-pane swapp' -s D
complete -c abide -n '__fish_seen_subcommand_from swap-pane swapp' -s s
complete -c abide -n '__fish_seen_subcommand_from swap-pane swapp' -s t
complete -c abide -n '__fish_seen_subcommand_from swap-pane swapp' -s U
complete -c abide -n '__fish_seen_subcommand_from swap-pane swapp' -s Z
complete -c abide -n '__fish_seen_subcommand_from swap-pane swapp' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a swap-window -d 'Lets two windows change places.'
complete -c abide -n '__fish_seen_subcommand_from swap-window swapw' -s d
complete -c abide -n '__fish_seen_subcommand_from swap-window swapw' -s s
complete -c abide -n '__fish_seen_subcommand_from swap-window swapw' -s t
complete -c abide -n '__fish_seen_subcommand_from swap-window swapw' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a switch-client -d 'Lets a client look at another session: the one named, the last (-l), the next (-n) or the previous (-p); -T names the table of its next key.'
complete -c abide -n '__fish_seen_subcommand_from switch-client switchc' -s c
complete -c abide -n '__fish_seen_subcommand_from switch-client switchc' -s E
complete -c abide -n '__fish_seen_subcommand_from switch-client switchc' -s l
complete -c abide -n '__fish_seen_subcommand_from switch-client switchc' -s n
complete -c abide -n '__fish_seen_subcommand_from switch-client switchc' -s O
complete -c abide -n '__fish_seen_subcommand_from switch-client switchc' -s p
complete -c abide -n '__fish_seen_subcommand_from switch-client switchc' -s r
complete -c abide -n '__fish_seen_subcommand_from switch-client switchc' -s T
complete -c abide -n '__fish_seen_subcommand_from switch-client switchc' -s t
complete -c abide -n '__fish_seen_subcommand_from switch-client switchc' -s Z
complete -c abide -n '__fish_seen_subcommand_from switch-client switchc' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a unbind-key -d 'Takes the binding of a key away, or (-a) those of a whole table.'
complete -c abide -n '__fish_seen_subcommand_from unbind-key unbind' -s a
complete -c abide -n '__fish_seen_subcommand_from unbind-key unbind' -s n
complete -c abide -n '__fish_seen_subcommand_from unbind-key unbind' -s q
complete -c abide -n '__fish_seen_subcommand_from unbind-key unbind' -s T
complete -c abide -n __fish_use_subcommand -a unlink-window -d 'Takes a window out of a session; -k ends it when it is in no other.'
complete -c abide -n '__fish_seen_subcommand_from unlink-window unlinkw' -s k
complete -c abide -n '__fish_seen_subcommand_from unlink-window unlinkw' -s t
complete -c abide -n '__fish_seen_subcommand_from unlink-window unlinkw' -s t -x -a '(abide list-sessions -F "#S" 2>/dev/null)'
complete -c abide -n __fish_use_subcommand -a upgrade -d 'Has the server\'s process replaced by one of that program, or of the client\'s own, and with -k its keeper before; everything else goes on.'
complete -c abide -n '__fish_seen_subcommand_from upgrade' -s b
complete -c abide -n '__fish_seen_subcommand_from upgrade' -s k
complete -c abide -n __fish_use_subcommand -a wait-for -d 'Waits until a channel is signalled (-S), or takes (-L) and gives back (-U) its lock.'
complete -c abide -n '__fish_seen_subcommand_from wait-for wait' -s L
complete -c abide -n '__fish_seen_subcommand_from wait-for wait' -s S
complete -c abide -n '__fish_seen_subcommand_from wait-for wait' -s U
complete -c abide -n __fish_use_subcommand -a web -d 'Serve the sessions to a browser'
