import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
	root: 'panel',
	base: './',
	plugins: [react()],
	build: { outDir: '../dist/panel', emptyOutDir: true, sourcemap: true },
});
