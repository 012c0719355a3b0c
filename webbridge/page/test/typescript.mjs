// Lets node run the page's TypeScript: types are taken off as it is loaded.
import { register } from 'node:module';

register('./typescript_hooks.mjs', import.meta.url);
