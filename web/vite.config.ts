// How the web client is built, served while developing, and tested.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { mantineStyles } from './build/mantineStyles.ts';

const server = process.env.PALABRE_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), mantineStyles()],
  server: {
    fs: { allow: ['..'] },
    proxy: {
      '/api': server,
      '/rtc': { target: server, ws: true },
    },
  },
  build: {
    target: 'es2022',
    // Nothing becomes a data: address, so the page's policy can stay at 'self'.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
    environment: 'node',
  },
});
