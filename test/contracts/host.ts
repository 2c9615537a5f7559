import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EditMarker, Host } from '../../engine/jobs/host.js';
import { type Seconds, toSeconds } from '../../engine/time/time.js';
import type { MusicPlacement } from '../../engine/timelines/music-placement.js';

/** A piece of music as somebody sees it who looks at the edit without the host's help. */
export type SeenMusic = {
	readonly name: string;
	readonly track: string;
	readonly start: Seconds;
	readonly end: Seconds;
	/** Where in the file it begins. */
	readonly from: Seconds;
};

export type OpenHost = {
	readonly host: Host;
	/** Frames a second of the edit, which lasts at least 12 seconds and has no music yet. */
	readonly rate: { readonly numerator: number; readonly denominator: number };
	/** Two files of at least 20 seconds that the host can read, in 48,000 samples a second. */
	readonly songs: readonly [string, string];
	/** Whether its audio tracks can be full: FCPXML has roles instead, which take everything. */
	readonly hasTracks: boolean;
	/** All that lies in the edit now: its music, its markers, and everything else in a form that can be compared. */
	look(): Promise<{ music: SeenMusic[]; markers: EditMarker[]; rest: unknown }>;
	close(): Promise<void>;
};

const SAMPLES = { numerator: 48_000, denominator: 1 };

/** What every place that music is laid into keeps to. */
export const hostContract = (name: string, open: () => Promise<OpenHost>): void => {
	describe(`${name} keeps the host contract`, () => {
		let opened: OpenHost;
		beforeEach(async () => {
			opened = await open();
		});
		afterEach(() => opened.close());

		/** Crop from 3 s to 8.5 s of a song, under the edit from its frame 50 on. */
		const placement = (changes: Partial<MusicPlacement> = {}): MusicPlacement => ({
			path: opened.songs[0],
			name: nameOf(opened.songs[0]),
			crop: { start: 144_000, duration: 264_000, rate: SAMPLES },
			length: 960_000,
			channels: 2,
			at: 50,
			track: null,
			...changes,
		});
		const other = (changes: Partial<MusicPlacement> = {}): MusicPlacement =>
			placement({ path: opened.songs[1], name: nameOf(opened.songs[1]), ...changes });
		const nameOf = (path: string): string => path.replace(/^.*[/\\]|\.\w+$/g, '');

		const expectSeen = (seen: SeenMusic | undefined, asked: MusicPlacement): void => {
			const frame = toSeconds(1, opened.rate);
			expect(seen?.name).toBe(asked.name);
			const [start, length] = [toSeconds(asked.at, opened.rate), toSeconds(asked.crop.duration, asked.crop.rate)];
			expect(seen!.start).toBeCloseTo(start, 6);
			expect(Math.abs(seen!.end - seen!.start - length)).toBeLessThan(1.01 * frame);
			expect(Math.abs(seen!.from - toSeconds(asked.crop.start, asked.crop.rate))).toBeLessThan(0.51 * frame);
		};

		test('placed music lies where it was asked, from the moment of the song that was asked, and so it is answered', async () => {
			const asked = placement();
			const placed = await opened.host.place(asked);
			const { music } = await opened.look();
			expect(music).toHaveLength(1);
			expectSeen(music[0], asked);
			expectSeen({ ...music[0]!, ...placed.range, from: placed.crop.start }, asked);
		});

		test('placing, auditioning and marking change nothing else', async () => {
			const { rest } = await opened.look();
			await opened.host.place(placement());
			expect((await opened.look()).rest).toEqual(rest);
			await opened.host.audition(other());
			expect((await opened.look()).rest).toEqual(rest);
			await opened.host.removeAudition();
			await opened.host.addMarkers([{ frame: 25, name: 'beat' }]);
			expect((await opened.look()).rest).toEqual(rest);
		});

		test('what is placed afterwards leaves what was placed before, where both sound at once too', async () => {
			await opened.host.place(placement());
			await opened.host.place(other({ at: 75 }));
			const { music } = await opened.look();
			expect(music).toHaveLength(2);
			expectSeen(
				music.find(({ name }) => name === placement().name),
				placement(),
			);
			expectSeen(
				music.find(({ name }) => name === other().name),
				other({ at: 75 }),
			);
		});

		test('a named track is used where it is free, and refused, unchanged, where it is not', async () => {
			if (!opened.hasTracks) return;
			const { track } = await opened.host.place(placement());
			const before = await opened.look();
			await expect(opened.host.place(other({ track }))).rejects.toMatchObject({ code: 'track-busy' });
			expect(await opened.look()).toEqual(before);
			const later = other({ track, at: 250, crop: { start: 0, duration: 96_000, rate: SAMPLES } });
			expect(await opened.host.place(later)).toMatchObject({ track });
			expectSeen(
				(await opened.look()).music.find(({ name }) => name === later.name),
				later,
			);
		});

		test('an audition takes the place of the one before, and goes without a trace', async () => {
			const before = await opened.look();
			await opened.host.audition(placement());
			await opened.host.audition(other({ at: 60 }));
			const { music } = await opened.look();
			expect(music).toHaveLength(1);
			expectSeen(music[0], other({ at: 60 }));
			await opened.host.removeAudition();
			expect((await opened.look()).music).toEqual(before.music);
			await opened.host.removeAudition();
		});

		test('an audition that is kept is placed music, and the next audition leaves it alone', async () => {
			await opened.host.audition(placement());
			const kept = await opened.host.keepAudition();
			expectSeen({ name: placement().name, track: '', ...kept.range, from: kept.crop.start }, placement());
			await opened.host.audition(other());
			await opened.host.removeAudition();
			const { music } = await opened.look();
			expect(music).toHaveLength(1);
			expectSeen(music[0], placement());
			await expect(opened.host.keepAudition()).rejects.toMatchObject({ code: 'not-found' });
		});

		test('markers stand at their frames under their names', async () => {
			const before = (await opened.look()).markers;
			const markers = [
				{ frame: 10, name: 'Beat 1' },
				{ frame: 33, name: 'Chorus & <bridge>' },
			];
			expect(await opened.host.addMarkers(markers)).toMatchObject({ added: 2 });
			const after = (await opened.look()).markers;
			expect(after).toHaveLength(before.length + 2);
			expect(after).toEqual(expect.arrayContaining(markers));
		});
	});
};
