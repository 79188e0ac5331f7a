import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `vite dev` finds a control plane, e.g. `CONTROL_PLANE=https://127.0.0.1:8443 npx vite`. */
const target = process.env.CONTROL_PLANE

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react()],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        // A few files in place of dozens: what every screen needs, what the screens behind the login share, the rest by screen.
        codeSplitting: {
          groups: [
            { name: 'base', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/ },
            { name: 'widgets', test: /node_modules[\\/](antd|@ant-design|@rc-component)[\\/]/, minShareCount: 2 },
            { name: 'common', test: /apps[\\/]console[\\/]src[\\/]/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: target ? { proxy: { '/v1': { target, secure: false, ws: true } } } : {},
})
