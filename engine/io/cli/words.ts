import type { Seconds } from '../../time/time.js';

/** 83.4 → 1:23.4 */
export const clockTime = (time: Seconds): string => {
	const tenths = Math.round(10 * time);
	const minutes = Math.floor(tenths / 600);
	const rest = (tenths - 600 * minutes) / 10;
	return `${minutes}:${rest.toFixed(1).padStart(4, '0')}`;
};

export const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

/** Columns as wide as their widest cell; the last one as it is. */
export const table = (rows: readonly (readonly string[])[]): string => {
	const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map(row => (row[c] ?? '').length)));
	return rows
		.map(row => row.map((cell, c) => (c === row.length - 1 ? cell : cell.padEnd(widths[c] ?? 0))).join('  '))
		.join('\n');
};
