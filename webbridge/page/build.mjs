// Bundles the page into dist/: index.html and, named by a hash of their content, its script, style and
// pictures. Each file has a twin compressed by gzip. Nothing in it refers to another host.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');

function emit(name, bytes) {
  writeFileSync(`dist/${name}`, bytes);
  writeFileSync(`dist/${name}.gz`, gzipSync(bytes, { level: 9 }));
}

function emitHashed(stem, extension, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const name = `${stem}-${hash}.${extension}`;
  emit(name, bytes);
  return `/assets/${name}`;
}

const bundled = await build({
  entryPoints: { page: 'src/main.ts' },
  bundle: true,
  minify: !process.argv.includes('--readable'),
  format: 'esm',
  target: ['es2022'],
  outdir: 'dist',
  write: false,
  legalComments: 'eof',
  logLevel: 'warning',
});
const icon = emitHashed('icon', 'svg', readFileSync('src/icon.svg'));
const names = { ICON: icon };
for (const file of bundled.outputFiles) {
  const extension = file.path.split('.').pop();
  names[extension === 'js' ? 'SCRIPT' : 'STYLE'] = emitHashed('page', extension, file.contents);
}
const html = readFileSync('src/index.html', 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name) => names[name]);
emit('index.html', Buffer.from(html));
