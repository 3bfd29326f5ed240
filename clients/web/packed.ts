// Packs what was built, once, so that the server has nothing to pack: `x.js` gets a neighbour `x.js.gz`. It
// works on what was written, after every other step has had its way with it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const packable = /\.(html|js|mjs|css|svg)$/;
/** Below this a packed answer is no shorter on the way. */
const bytesMin = 1_000;

export function packed(): Plugin {
  return {
    name: 'parloir:packed',
    apply: 'build',
    enforce: 'post',
    async writeBundle(options, bundle) {
      const folder = options.dir ?? 'dist';
      for (const file of Object.values(bundle)) {
        const source = file.type === 'chunk' ? file.code : file.source;
        if (!packable.test(file.fileName) || source.length < bytesMin) continue;
        await writeFile(join(folder, `${file.fileName}.gz`), gzipSync(source, { level: 9 }));
      }
    },
  };
}
