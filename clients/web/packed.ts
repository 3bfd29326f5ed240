// Packs what was built, once, so that the server has nothing to pack: `x.js` gets a neighbour `x.js.gz`.
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
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        const source = file.type === 'chunk' ? file.code : file.source;
        if (!packable.test(file.fileName) || source.length < bytesMin) continue;
        this.emitFile({
          type: 'asset',
          fileName: `${file.fileName}.gz`,
          source: gzipSync(source, { level: 9 }),
        });
      }
    },
  };
}
