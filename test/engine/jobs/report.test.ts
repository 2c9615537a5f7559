import { expect, test } from 'vitest';
import { report } from '../../../engine/jobs/report.js';
import type { CatalogState, LogEntry } from '../../../engine/protocol/messages.js';
import { someStatus } from '../../support/views.js';

const catalog: CatalogState = {
	tracks: 3,
	folders: [
		{
			path: '/Users/ida/Client secret',
			tracks: 3,
			state: 'ready',
			skipped: [
				{ path: '/Users/ida/Client secret/a b.mp3', code: 'media-unreadable', detail: 'a b.mp3 cannot be decoded' },
			],
		},
	],
	indexing: null,
};
const log: LogEntry[] = [
	{ at: '2030-01-01T10:00:00.000Z', level: 'info', event: 'engine 0.1.0 started' },
	{
		at: '2030-01-01T10:00:05.000Z',
		level: 'warning',
		event: 'cut.open',
		code: 'file-missing',
		seconds: 0.25,
		detail: 'there is no file /Users/ida/Client secret/film.mp4',
	},
];
const parts = {
	status: { ...someStatus, home: '/Users/ida/segue', device: { requested: 'auto', used: 'cpu', note: '/dev/x' } },
	catalog,
	log,
	machine: ['System: Linux'],
};

test('a report names no file and no folder, and still says what failed and how often', () => {
	const text = report(parts, false);
	expect(text).not.toMatch(/ida|secret|a b|film|\/Users|\/dev/);
	expect(text).toContain('Segue 0.1.0');
	expect(text).toContain('Skipped: 1 media-unreadable');
	expect(text).toContain('2030-01-01T10:00:05.000Z  warning  cut.open  file-missing  0.3 s');
});

test('it names them where that was asked for', () => {
	const text = report(parts, true);
	expect(text).toContain('media-unreadable: /Users/ida/Client secret/a b.mp3');
	expect(text).toContain('there is no file /Users/ida/Client secret/film.mp4');
});
