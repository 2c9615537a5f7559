import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../engine/io/project.js';

/** The stages of the flow, each of which may build on those before it: `docs/glossary.md`. */
const STAGES = [
	'time',
	'protocol',
	'numeric',
	'features',
	'segments',
	'timelines',
	'embeddings',
	'alignment',
	'ranking',
	'crops',
	'suggestions',
	'evaluation',
	'training',
	'jobs',
	'io',
];

const root = projectPath('.');

const sourcesIn = (folder: string): string[] =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter(file => /\.tsx?$/.test(file))
		.map(file => join(folder, file));

/** The project's own files that a file imports, as paths from the root. */
const importsOf = (file: string): string[] =>
	[...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(([, path]) =>
		relative(root, resolve(root, dirname(file), path!)),
	);

const partsOf = (path: string): string[] => path.split(sep);

test('every stage of the engine imports from itself and earlier stages only', () => {
	const upwards: string[] = [];
	for (const file of sourcesIn('engine')) {
		const [, stage, ...rest] = partsOf(file);
		if (rest.length === 0) continue;
		expect(STAGES, file).toContain(stage);
		for (const imported of importsOf(file)) {
			const [top, other] = partsOf(imported);
			if (top !== 'engine' || STAGES.indexOf(other!) > STAGES.indexOf(stage!)) upwards.push(`${file} -> ${imported}`);
		}
	}
	expect(upwards).toEqual([]);
});

test('the page and the plugin know of the engine what it says over the wire, how time is told, and how a crop is mixed', () => {
	// The page plays what the engine renders, so both mix by the same code.
	const known = /^engine\/(protocol\/|time\/|crops\/(plan|clips|mix|ducking|limiter)\.js$)/;
	const further = sourcesIn('panel').flatMap(file =>
		importsOf(file)
			.map(imported => imported.split(sep).join('/'))
			.filter(imported => imported.startsWith('engine/') && !known.test(imported))
			.map(imported => `${file} -> ${imported}`),
	);
	expect(further).toEqual([]);
});

test('only one file knows the Premiere API', () => {
	const users = sourcesIn('panel').filter(
		file => !file.endsWith('.d.ts') && /['"]premierepro['"]/.test(readFileSync(join(root, file), 'utf8')),
	);
	expect(users).toEqual([join('panel', 'host', 'premiere.ts')]);
});
