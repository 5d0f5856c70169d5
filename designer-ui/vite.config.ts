import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const server = process.env.WEFT_DEV_SERVER ?? 'http://127.0.0.1:8080'

/** Fits the modules of packages, or of all packages of a scope. */
function packages(...names: string[]): RegExp {
  return new RegExp(`[\\\\/]node_modules[\\\\/](?:${names.join('|')})[\\\\/]`)
}

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
  },
  server: {
    proxy: {
      '/api': server,
      '/hooks': server,
      '/healthz': server,
      '/readyz': server,
    },
  },
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    target: 'es2022',
    // The content security policy allows no data: modules and scripts only from our own origin.
    assetsInlineLimit: 0,
    // Vite's polyfill for module preloading is an inline script; every supported browser preloads by itself.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // The first group that fits takes a module, so what every page shares never ends up in a chunk of one page.
          groups: [
            { name: 'framework', test: packages('react', 'react-dom', 'scheduler', '@tanstack', 'use-sync-external-store', 'zustand'), priority: 4 },
            {
              name: 'codemirror',
              test: packages('@codemirror/(?!lang-)[a-z]+', '@lezer/(?:common|highlight|lr)', '@marijn', 'crelt', 'style-mod', 'w3c-keyname'),
              priority: 3,
            },
            { name: 'languages', test: packages('@codemirror/lang-[a-z]+', '@lezer'), priority: 2 },
            { name: 'canvas', test: packages('@xyflow', 'd3-[a-z]+', 'classcat'), priority: 2 },
            { name: 'markdown', test: packages('marked', 'dompurify'), priority: 2 },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['./src/test_setup.ts'],
    testTimeout: 30_000,
    restoreMocks: true,
    unstubGlobals: true,
  },
})
