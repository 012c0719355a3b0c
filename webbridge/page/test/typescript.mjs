// Lets node run the page's TypeScript: types are taken off as it is loaded.
import { register } from 'node:module';

register('./typescript_hooks.mjs', import.meta.url);

// The addon of graphemes takes the memory behind its table for its own, which in node holds other things
// as well as long as it comes from the pool: it would not know a character above U+FFFF. In a browser it does.
Buffer.poolSize = 0;
