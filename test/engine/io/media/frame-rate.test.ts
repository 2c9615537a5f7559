import { describe, expect, test } from 'vitest';
import { constantRate, parseRate } from '../../../../engine/io/media/frame-rate.js';

const rateOf = (average: string, base: string) => {
	const rate = constantRate(parseRate(average), parseRate(base));
	return rate && `${rate.numerator}/${rate.denominator}`;
};

describe('the constant rate of a video', () => {
	test('is the exact fraction that a constant-rate file states twice', () => {
		for (const rate of ['24000/1001', '24/1', '25/1', '30000/1001', '50/1', '60000/1001', '10/1', '7/2']) {
			expect(rateOf(rate, rate)).toBe(rate);
		}
	});

	test('is the standard rate where stamps in whole milliseconds blur the average', () => {
		expect(rateOf('2997/100', '30000/1001')).toBe('30000/1001');
		expect(rateOf('19001/792', '24000/1001')).toBe('24000/1001');
	});

	test('never mixes up 24 and 24000 / 1001', () => {
		expect(rateOf('24/1', '90000/1')).toBe('24/1');
		expect(rateOf('23976/1000', '90000/1')).toBe('24000/1001');
	});

	test('is the base rate where a few frames are missing or the last one is held', () => {
		expect(rateOf('2970/100', '30/1')).toBe('30/1');
		expect(rateOf('30000/1001', '30/1')).toBe('30/1');
		expect(rateOf('5000/203', '25/1')).toBe('25/1');
	});

	test('is the frame rate and not the field rate of an interlaced file', () => {
		expect(rateOf('25/1', '50/1')).toBe('25/1');
	});

	test('is the average where the rate varies', () => {
		expect(rateOf('1873/80', '90000/1')).toBe('1873/80');
		expect(rateOf('17/1', '30/1')).toBe('17/1');
	});

	test('is unknown where neither number makes sense', () => {
		expect(rateOf('0/0', '90000/1')).toBeNull();
		expect(rateOf('0/0', '0/0')).toBeNull();
		expect(rateOf('0/0', '25/1')).toBe('25/1');
	});
});
