import { expect, test } from 'vitest';
import { readWords } from '../../../../engine/io/cli/commands/wishes.js';

test('words come with weights, 1 unless given, and a weight without a word is refused', () => {
	expect(readWords('piano, calm:0.5,loud:-1,')).toEqual([
		{ word: 'piano', weight: 1 },
		{ word: 'calm', weight: 0.5 },
		{ word: 'loud', weight: -1 },
	]);
	expect(() => readWords(':3')).toThrow(expect.objectContaining({ code: 'bad-request' }));
});
