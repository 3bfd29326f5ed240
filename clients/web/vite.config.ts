// Builds the desk into dist/ and serves it while it is worked on. It knows no server but the one that
// PARLOIR_URL names.
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { firstScreen } from './first-screen.ts';
import { readSentences } from './icu.ts';
import { packed } from './packed.ts';

const server = process.env.PARLOIR_URL ?? 'http://127.0.0.1:8080';
const door = {
  target: server,
  changeOrigin: true,
  ws: true,
  rewriteWsOrigin: true,
  headers: { origin: server },
};

const client = (file: string): string => fileURLToPath(new URL(`../typescript/src/${file}`, import.meta.url));

export default defineConfig({
  plugins: [
    ...(process.env.VITEST ? [] : [readSentences()]),
    tailwindcss(),
    svelte(),
    packed(),
    firstScreen(),
  ],
  resolve: {
    alias: {
      '@parloir/client/text': client('text.ts'),
      '@parloir/client': client('index.ts'),
      ...(process.env.VITEST
        ? {}
        : { '@formatjs/icu-messageformat-parser': '@formatjs/icu-messageformat-parser/no-parser.js' }),
    },
    ...(process.env.VITEST ? { conditions: ['browser'] } : {}),
  },
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox128', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/v1': door, '/a/': door, '/simulator': door, '/status': door } },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'], testTimeout: 20_000 },
});
