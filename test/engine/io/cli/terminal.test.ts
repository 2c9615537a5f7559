import { describe, expect, test } from 'vitest';
import { hasDesktop } from '../../../../engine/io/cli/open-browser.js';
import { openTerminal, reportFailure } from '../../../../engine/io/cli/terminal.js';
import { clockTime, counted, table } from '../../../../engine/io/cli/words.js';
import { EngineError } from '../../../../engine/protocol/errors.js';

const written = () => {
	const lines: string[] = [];
	return { lines, output: { write: (text: string) => lines.push(text) } };
};

describe('answers', () => {
	test('are one line of JSON with --json, and then nothing else is said', () => {
		const [out, err] = [written(), written()];
		const terminal = openTerminal(true, out.output, err.output);
		terminal.note('a word');
		terminal.progress('Indexing').update(1, 2);
		terminal.answer({ tracks: 2 }, 'two tracks');
		expect([out.lines, err.lines]).toEqual([['{"tracks":2}\n'], []]);
	});

	test('are text without it', () => {
		const [out, err] = [written(), written()];
		openTerminal(false, out.output, err.output).answer({ tracks: 2 }, 'two tracks');
		expect(out.lines).toEqual(['two tracks\n']);
	});
});

test('where nobody looks on, progress is a line for every tenth of the way', () => {
	const err = written();
	const line = openTerminal(false, written().output, err.output).progress('Indexing');
	line.update(0, null);
	for (let done = 0; done <= 1000; done++) line.update(done, 1000);
	expect(err.lines).toHaveLength(11);
	expect(err.lines.at(-1)).toBe('Indexing: 1000 of 1000\n');
});

describe('a failure', () => {
	const report = (error: unknown, json = false, verbose = false) => {
		const [out, err] = [written(), written()];
		const code = reportFailure(error, { json, verbose }, out.output, err.output);
		return { code, out: out.lines.join(''), err: err.lines.join('') };
	};

	test('is one sentence, its code, and what to do', () => {
		expect(report(new EngineError('no-audio', 'film.mp4 has no sound'))).toEqual({
			code: 3,
			out: '',
			err: 'segue: film.mp4 has no sound. (no-audio) Choose a file with sound.\n',
		});
	});

	test('that was not foreseen is internal, and only its first line is shown', () => {
		const { code, err } = report(new TypeError('x is not a function\n    at secret.ts'));
		expect(code).toBe(5);
		expect(err).toMatch(/^segue: x is not a function\. \(internal\) [^\n]+\n$/);
	});

	test('that comes from an abort is a cancellation', () => {
		expect(report(AbortSignal.abort().reason).code).toBe(130);
	});

	test('tells its causes with --verbose', () => {
		const error = new EngineError('disk-full', 'full', { cause: new Error('ENOSPC') });
		expect(report(error, false, true).err).toContain('Caused by: Error: ENOSPC');
	});
});

describe('words', () => {
	test.each([
		[0, '0:00.0'],
		[59.96, '1:00.0'],
		[83.44, '1:23.4'],
		[3600, '60:00.0'],
	])('%d s is %s', (seconds, text) => expect(clockTime(seconds)).toBe(text));

	test('one track, two tracks, no tracks', () => {
		expect([0, 1, 2].map(n => counted(n, 'track'))).toEqual(['0 tracks', '1 track', '2 tracks']);
	});

	test('a table aligns its columns', () => {
		expect(
			table([
				['a', 'bb', 'c'],
				['aaa', 'b', 'cc'],
			]),
		).toBe('a    bb  c\naaa  b   cc');
	});
});

test.each([
	[{ DISPLAY: ':0' }, 'linux', true],
	[{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
	[{}, 'linux', false],
	[{}, 'darwin', true],
	[{ BROWSER: 'none' }, 'darwin', false],
	[{ CI: 'true', DISPLAY: ':0' }, 'linux', false],
] as const)('with %j on %s, a browser is opened: %s', (env, platform, opens) => {
	expect(hasDesktop(env, platform)).toBe(opens);
});
