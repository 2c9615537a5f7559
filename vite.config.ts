import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

export default defineConfig({
	root: 'panel',
	base: './',
	define: { __VERSION__: JSON.stringify(version) },
	plugins: [react()],
	build: { outDir: '../dist/panel', emptyOutDir: true, sourcemap: true, chunkSizeWarningLimit: 700 },
});
