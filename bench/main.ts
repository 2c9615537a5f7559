import { readdirSync } from 'node:fs';
import { commit, machine } from '../engine/io/provenance.js';
import type { Bench, Figure } from './figures.js';

/** `npm run bench -- NAME [--json] [arguments of that bench]`. Without a name it lists the benches. */
const main = async (): Promise<void> => {
	const [name, ...rest] = process.argv.slice(2).filter(argument => argument !== '--json');
	const json = process.argv.includes('--json');
	const benches = await findBenches();
	const bench = benches.find(candidate => candidate.name === name);
	if (!bench) {
		const names = benches.map(candidate => `  ${candidate.name}`).sort();
		console.error(
			`npm run bench -- NAME [--json]\n${name ? `There is no bench ${name}. ` : ''}Benches:\n${names.join('\n')}`,
		);
		process.exitCode = 2;
		return;
	}
	const say = (text: string) => console.error(text);
	const figures = await bench.run({ arguments: rest, say });
	console.log(
		json
			? JSON.stringify({ name: bench.name, commit: commit(), machine: machine(), figures })
			: table(bench.name, figures),
	);
};

/** Every file beside this one that exports a bench. */
const findBenches = async (): Promise<Bench[]> => {
	const files = readdirSync(new URL('.', import.meta.url)).filter(file => file.endsWith('.js') && file !== 'main.js');
	const modules: unknown[] = await Promise.all(files.map(file => import(new URL(file, import.meta.url).href)));
	return modules.flatMap(exported => [exported, ...Object.values(exported as object)]).filter(isBench);
};

const isBench = (value: unknown): value is Bench =>
	typeof value === 'object' &&
	value !== null &&
	'name' in value &&
	typeof value.name === 'string' &&
	'run' in value &&
	typeof value.run === 'function';

const table = (name: string, figures: readonly Figure[]): string => {
	const rows = [
		['figure', 'median', 'min', 'max', 'unit', 'runs'],
		...figures.map(({ name: title, median, min, max, unit, runs }) => [
			title,
			digits(median),
			digits(min),
			digits(max),
			unit,
			String(runs),
		]),
	];
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
	const lines = rows.map(row =>
		row
			.map((cell, column) =>
				column >= 1 && column <= 3 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
			)
			.join('  ')
			.trimEnd(),
	);
	return [`${name}, commit ${commit()}, ${machine()}`, ...lines].join('\n');
};

/** Four significant digits, without an exponent. */
const digits = (value: number): string => (value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4))));

await main();
