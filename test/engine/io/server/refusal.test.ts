import { expect, test } from 'vitest';
import { refusalOf } from '../../../../engine/io/server/refusal.js';
import { EngineError } from '../../../../engine/protocol/errors.js';

const nothing = { code: 'internal', detail: 'something went wrong inside the engine' };

test.each([
	[
		'a failure of the world tells itself',
		new EngineError('no-audio', 'a.mp4 has no sound'),
		'no-audio',
		'a.mp4 has no sound',
	],
	[
		'of several lines the first',
		new EngineError('inference-failed', 'it failed\nat 3'),
		'inference-failed',
		'it failed',
	],
	['an abort is a cancellation', AbortSignal.abort().reason, 'cancelled', 'cancelled'],
])('3.6 %s', (_, error, code, detail) => {
	expect(refusalOf(error)).toEqual({ code, detail });
});

test('3.6 our own mistakes tell nothing of the inside, whatever thread they come from', () => {
	const stack = 'TypeError: x is not a function\n    at inside.ts:3';
	for (const error of [new TypeError('x'), new EngineError('internal', stack), 'thrown text', null]) {
		expect(refusalOf(error)).toEqual(nothing);
	}
});
