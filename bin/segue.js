#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/engine/io/main.js', import.meta.url);

if (existsSync(main)) {
	await import(main.href);
} else {
	console.error('Segue is not built yet: run "npm run setup" in its folder once, or "npm start".');
	process.exitCode = 4;
}
