/**
 * Builds what has changed since the last build: the engine and the benches with the TypeScript compiler, each kernel
 * (`engine/**` files ending in .as.ts) with the AssemblyScript compiler, the page with Vite. Everything lands in dist/.
 * Run as a program it says what it builds; a failure ends it with exit code 1 and the compiler's own words.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUILT = join(ROOT, 'dist', '.built.json');
const PREREQUISITES = ['package-lock.json', 'tsconfig.base.json', 'vite.config.ts', 'scripts/build.mjs'];

/**
 * Builds every part whose sources differ from those of its last successful build, going on to the next part where one
 * fails. Returns the names of those built; throws a BuildError naming those that failed.
 */
export const build = ({ quiet = false } = {}) => {
	const fingerprints = built();
	const done = [];
	const failed = [];
	for (const part of parts()) {
		if (part.sources.length === 0) continue;
		const fingerprint = fingerprintOf(part.sources);
		if (fingerprints[part.name] === fingerprint && existsSync(join(ROOT, part.product))) continue;
		if (!quiet) console.log(`Building ${part.title}`);
		try {
			part.build(part.sources);
		} catch (error) {
			if (!(error instanceof BuildError)) throw error;
			failed.push(part.title);
			continue;
		}
		fingerprints[part.name] = fingerprint;
		mkdirSync(dirname(BUILT), { recursive: true });
		writeFileSync(BUILT, `${JSON.stringify(fingerprints, null, '\t')}\n`);
		done.push(part.name);
	}
	if (failed.length > 0) throw new BuildError(`could not build ${failed.join(' and ')}`);
	return done;
};

const parts = () => {
	const engine = filesUnder('engine').filter(file => /\.(ts|json)$/.test(file) && !file.endsWith('.as.ts'));
	const kernels = filesUnder('engine').filter(file => file.endsWith('.as.ts'));
	const bench = filesUnder('bench').filter(file => /\.(ts|json)$/.test(file));
	const page = existsSync(join(ROOT, 'panel', 'index.html'))
		? [...filesUnder('panel'), ...engine.filter(file => /^engine[\\/](protocol|time|crops)[\\/]/.test(file))]
		: [];
	return [
		{
			name: 'kernels',
			title: 'the kernels',
			sources: kernels,
			product: 'dist/engine',
			build: files => {
				for (const file of files) assemble(file);
			},
		},
		{
			name: 'engine',
			title: 'the engine',
			sources: engine,
			product: 'dist/engine',
			build: () => compile('engine/io'),
		},
		{
			name: 'bench',
			title: 'the benches',
			sources: bench.some(file => file.endsWith('.ts')) ? [...bench, ...engine] : [],
			product: 'dist/bench',
			build: () => compile('bench'),
		},
		{
			name: 'panel',
			title: 'the page',
			sources: page,
			product: 'dist/panel',
			build: () => runTool('vite', 'bin/vite.js', ['build', '--logLevel', 'warn']),
		},
	];
};

const compile = project => runTool('typescript', 'bin/tsc', ['-b', project]);

/** A kernel's first line may hold further flags, as `// asc: --importMemory`. */
const assemble = file => {
	const [firstLine = ''] = readFileSync(join(ROOT, file), 'utf8').split('\n', 1);
	const flags = /^\/\/ asc:\s*(.*)$/.exec(firstLine.trim());
	const product = join('dist', file.replace(/\.as\.ts$/, '.wasm'));
	mkdirSync(join(ROOT, dirname(product)), { recursive: true });
	runTool('assemblyscript', 'bin/asc.js', [
		file,
		'-o',
		product,
		'-O3',
		'--noAssert',
		'--runtime',
		'stub',
		'--enable',
		'simd',
		...(flags ? flags[1].split(/\s+/).filter(Boolean) : []),
	]);
};

const runTool = (name, script, args) => {
	const program = join(ROOT, 'node_modules', name, script);
	const { status, error } = spawnSync(process.execPath, [program, ...args], { cwd: ROOT, stdio: 'inherit' });
	if (error) throw error;
	if (status !== 0) throw new BuildError(`${name} ended with status ${status}`);
};

/** The sources don't compile; the compiler has already said why. */
export class BuildError extends Error {}

const filesUnder = folder => {
	const files = [];
	const walk = directory => {
		for (const entry of readdirSync(directory, { withFileTypes: true })) {
			const path = join(directory, entry.name);
			if (entry.isDirectory()) walk(path);
			else files.push(relative(ROOT, path));
		}
	};
	if (existsSync(join(ROOT, folder))) walk(join(ROOT, folder));
	return files.sort();
};

/** Sizes and times instead of contents: this runs before every start. */
const fingerprintOf = files => {
	const hash = createHash('sha256');
	for (const file of [...PREREQUISITES, ...files]) {
		const { size, mtimeMs } = statSync(join(ROOT, file));
		hash.update(`${file.split(sep).join('/')} ${size} ${mtimeMs}\n`);
	}
	return hash.digest('hex');
};

const built = () => {
	try {
		return JSON.parse(readFileSync(BUILT, 'utf8'));
	} catch {
		// Never built, or cut short while writing: building again is right either way.
		return {};
	}
};

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
	try {
		const names = build();
		console.log(names.length === 0 ? 'Everything is built already.' : `Built: ${names.join(', ')}.`);
	} catch (error) {
		if (!(error instanceof BuildError)) throw error;
		console.error(`The build failed, for the reasons above: ${error.message}.`);
		process.exitCode = 1;
	}
}
