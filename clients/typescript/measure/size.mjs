// What the package weighs in an application that uses the client: bundled, minified, gzipped. It says so of what is
// loaded first, of the parts that follow when they are needed, and of the other entries, and fails above a bound.

import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

/** For what is loaded first, dependencies apart. The goal is 15,000. */
const FIRST_BYTES_MAX = 16_200;
const DEPENDENCY = '@msgpack/msgpack';
const LEVEL = 9;

const weight = (code) => gzipSync(code, { level: LEVEL }).length;

/** The chunks of an application whose only line is `line`. */
async function bundled(line, external) {
  const virtual = { name: 'application', resolveId: (id) => (id === 'application' ? id : null), load: (id) => (id === 'application' ? line : null) };
  const bundle = await rolldown({ input: 'application', plugins: [virtual], platform: 'browser', external });
  const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false });
  return output.map(({ name, isEntry, code }) => ({ name, isEntry, bytes: weight(code) }));
}

const use = (names, entry) => `import { ${names} } from '${new URL(`../dist/${entry}.js`, import.meta.url).pathname}';\nglobalThis.used = [${names}];`;

const own = await bundled(use('Client', 'index'), [DEPENDENCY]);
const whole = await bundled(use('Client', 'index'), []);
const first = own.find(({ isEntry }) => isEntry).bytes;
console.log(`the client, loaded first\t${first}`);
for (const { name, bytes } of own.filter(({ isEntry }) => !isEntry)) console.log(`  ${name}, when it is needed\t${bytes}`);
const all = whole.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`all of it with ${DEPENDENCY}\t${all}`);
for (const [names, entry] of [['parseSearch, fold, Words, pieces', 'text'], ['Store', 'store']]) {
  const [{ bytes }] = await bundled(use(names, entry), [DEPENDENCY]);
  console.log(`${entry}\t${bytes}`);
}
if (first > FIRST_BYTES_MAX) {
  console.error(`what is loaded first has ${first} bytes, ${FIRST_BYTES_MAX} at most`);
  process.exitCode = 1;
}
