import type { Matrix32 } from '../../numeric/matrix.js';

/** Powers below this count as this. */
export const POWER_FLOOR = 1e-10;

/** How far below the largest value of a matrix its decibels reach. */
const RANGE = 80;

/** 10 log10 of powers, no lower than 80 dB under the matrix's largest. */
export const powerDecibels = (powers: Matrix32): Matrix32 => decibelsAgainst(powers, 1);

/** The same against the largest absolute value, which becomes 0 dB: values in [-80, 0]. Signs are dropped. */
export const relativeDecibels = (values: Matrix32): Matrix32 => {
	let largest = 0;
	for (const value of values.data) largest = Math.max(largest, Math.abs(value));
	return decibelsAgainst(values, largest);
};

const decibelsAgainst = (values: Matrix32, reference: number): Matrix32 => {
	const offset = 10 * Math.log10(Math.max(POWER_FLOOR, reference));
	const data = values.data.map(value => 10 * Math.log10(Math.max(POWER_FLOOR, Math.abs(value))) - offset);
	let top = -Infinity;
	for (const value of data) top = Math.max(top, value);
	return { ...values, data: data.map(value => Math.max(value, top - RANGE)) };
};
