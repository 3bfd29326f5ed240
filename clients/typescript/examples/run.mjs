// Runs one example by its name.

const [name = 'listen', ...rest] = process.argv.slice(2);
process.argv = [process.argv[0] ?? 'node', name, ...rest];
await import(new URL(`../build/examples/${name}.js`, import.meta.url).href);
