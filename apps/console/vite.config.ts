import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `vite dev` finds a control plane, e.g. `CONTROL_PLANE=https://127.0.0.1:8443 npx vite`. */
const target = process.env.CONTROL_PLANE

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react()],
  build: { target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0, chunkSizeWarningLimit: 1200 },
  server: target ? { proxy: { '/v1': { target, secure: false, ws: true } } } : {},
})
