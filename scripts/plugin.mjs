/**
 * Makes the Premiere plugin.
 *
 *   node scripts/plugin.mjs package    dist/segue.ccx, which Creative Cloud installs by a double click
 *   node scripts/plugin.mjs dev        dist/plugin, kept up to date, for the UXP Developer Tool
 *
 * A failure ends it with exit code 1 and why.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HOST = join(ROOT, 'panel', 'host');

/** Writes the plugin's files into a folder: manifest, entry page, host script, icons. With `watch` again at every change. */
export const writePlugin = async (folder, { watch = false } = {}) => {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(join(folder, 'icons'), { recursive: true });
	const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
	const manifest = JSON.parse(readFileSync(join(ROOT, 'manifest.json'), 'utf8'));
	writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify({ ...manifest, version }, null, '\t')}\n`);
	copyFileSync(join(HOST, 'index.html'), join(folder, 'index.html'));
	for (const icon of readdirSync(join(HOST, 'icons'))) {
		copyFileSync(join(HOST, 'icons', icon), join(folder, 'icons', icon));
	}
	await build({
		configFile: false,
		root: HOST,
		logLevel: 'warn',
		define: { __VERSION__: JSON.stringify(version) },
		build: {
			outDir: folder,
			emptyOutDir: false,
			// UXP's engine is a plain V8; what it has no words for is not used.
			target: 'es2022',
			minify: false,
			watch: watch ? {} : null,
			lib: { entry: join(HOST, 'main.ts'), formats: ['cjs'], fileName: () => 'index.js' },
			rollupOptions: { external: ['premierepro', 'uxp', 'os', 'fs'] },
		},
	});
};

/**
 * Packs a folder as .ccx: a zip with the manifest at its root. Sizes and checksums stand before each file's data, since
 * Adobe's unpacker can't read those that follow it. The same files give the same bytes.
 */
export const packPlugin = (folder, out) => {
	const files = {};
	const walk = directory => {
		for (const entry of readdirSync(directory, { withFileTypes: true })) {
			const path = join(directory, entry.name);
			if (entry.isDirectory()) walk(path);
			else files[relative(folder, path).split(sep).join('/')] = new Uint8Array(readFileSync(path));
		}
	};
	walk(folder);
	const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
	// Zip times begin with 1980, in local time.
	const zip = zipSync(sorted, { level: 9, mtime: new Date(1980, 0, 2) });
	writeFileSync(out, zip);
	return zip.length;
};

const main = async command => {
	const folder = join(ROOT, 'dist', 'plugin');
	if (command === 'package') {
		const out = join(ROOT, 'dist', 'segue.ccx');
		await writePlugin(folder);
		const size = packPlugin(folder, out);
		console.log(`Wrote ${relative(process.cwd(), out)}, ${Math.round(size / 1024)} KB. Double-click it to install it.`);
	} else if (command === 'dev') {
		await writePlugin(folder, { watch: true });
		console.log(`In the UXP Developer Tool: Add Plugin, ${join(folder, 'manifest.json')}, then Load & Watch.`);
	} else {
		throw new RangeError('say package or dev');
	}
};

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
	try {
		await main(process.argv[2]);
	} catch (error) {
		console.error(error instanceof Error ? error.message : String(error));
		process.exitCode = 1;
	}
}
