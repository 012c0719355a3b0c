import '@xterm/xterm/css/xterm.css';
import './page.css';
document.body.dataset['connection'] = 'offline';
