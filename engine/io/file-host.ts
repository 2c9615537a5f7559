import { rm, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { EditMarker, Host, ReadBack } from '../jobs/host.js';
import { EngineError } from '../protocol/errors.js';
import { nearestUnit, type Rate, type TimeRange, toSeconds } from '../time/time.js';
import { pathsOf } from '../timelines/media-address.js';
import type { MusicPlacement } from '../timelines/music-placement.js';
import type { Clip } from '../timelines/timeline.js';
import { writeMarkers } from '../timelines/write-markers.js';
import { writeMusic } from '../timelines/write-timeline.js';
import { writeCopy } from './timeline-copy.js';
import { readTimeline } from './timeline-file.js';

/**
 * A timeline file as a host. The file itself stays as it is: what is placed gathers in one copy beside it, `NAME
 * (Segue)`, and what is auditioned in another, `NAME (Segue audition)`. A copy older than the timeline is left alone, and
 * a new one begun.
 */
export class FileHost implements Host {
	/**
	 * @param timeline - path of an .otio, .fcpxml, FCP 7 .xml or .edl
	 * @param rate - frames a second, which an EDL does not state
	 * @param folder - where the copies go
	 * @param auditioned - what an engine before this one has put on trial
	 */
	constructor(
		private readonly timeline: string,
		private readonly rate: Rate,
		private readonly folder: string,
		private auditioned: MusicPlacement | null = null,
	) {}

	async place(placement: MusicPlacement): Promise<ReadBack> {
		const { source, copy } = await this.result();
		return this.write(source, copy, placement);
	}

	async audition(placement: MusicPlacement): Promise<ReadBack> {
		const { source } = await this.result();
		const placed = await this.write(source, this.auditionPath(), { ...placement, track: null });
		this.auditioned = placement;
		return placed;
	}

	async keepAudition(): Promise<ReadBack> {
		const isThere = (await stat(this.auditionPath()).catch(() => null)) !== null;
		if (this.auditioned === null || !isThere) {
			throw new EngineError('not-found', `Nothing is auditioned for ${basename(this.timeline)}.`);
		}
		// Placed anew: something else may have been placed since.
		const placed = await this.place({ ...this.auditioned, track: null });
		await this.removeAudition();
		return placed;
	}

	async removeAudition(): Promise<void> {
		this.auditioned = null;
		await rm(this.auditionPath(), { force: true });
	}

	async addMarkers(markers: readonly EditMarker[]): Promise<{ added: number; undoSteps: number }> {
		const { source, copy } = await this.result();
		await writeCopy(source, copy, text => ({ text: writeMarkers(text, markers, this.rate) }), this.rate);
		const read = await readTimeline(copy, { rate: this.rate });
		const found = new Set(read.markers.map(({ name, range }) => `${frameOf(range, read.rate)} ${name}`));
		const added = markers.filter(({ frame, name }) => found.has(`${frame} ${name}`)).length;
		if (added < markers.length) {
			throw new EngineError('place-unverified', `${markers.length - added} markers are not in ${copy}.`);
		}
		return { added, undoSteps: 0 };
	}

	private async write(source: string, copy: string, placement: MusicPlacement): Promise<ReadBack> {
		const { track } = await writeCopy(source, copy, text => writeMusic(text, placement, this.rate), this.rate);
		return this.placed(copy, track, await this.readBack(copy, placement));
	}

	/** The music as it stands in the copy. An EDL has frames only, so a frame's difference is none. */
	private async readBack(copy: string, placement: MusicPlacement): Promise<Clip> {
		const { audioTracks, rate } = await readTimeline(copy, { rate: this.rate });
		const frame = toSeconds(1, rate);
		const isNear = (a: number, b: number): boolean => Math.abs(a - b) < 1.01 * frame;
		const crop = secondsOf(placement.crop);
		const at = toSeconds(placement.at, rate);
		const found = audioTracks
			.flatMap(({ clips }) => clips)
			.find(clip => {
				const [range, taken] = [secondsOf(clip.range), secondsOf(clip.sourceRange)];
				return (
					isMusic(clip, placement) &&
					isNear(range.start, at) &&
					isNear(range.end - range.start, crop.end - crop.start) &&
					isNear(taken.start, crop.start)
				);
			});
		if (!found) throw new EngineError('place-unverified', `The music can't be found again in ${copy}.`);
		return found;
	}

	private placed(copy: string, track: string, clip: Clip): ReadBack {
		const range = secondsOf(clip.range);
		return { host: 'files', where: copy, track, range, crop: secondsOf(clip.sourceRange), undoSteps: 0 };
	}

	/** What is added to, and where that is written: the copy that there is, or the timeline and a new one. */
	private async result(): Promise<{ source: string; copy: string }> {
		const { mtimeMs } = await stat(this.timeline).catch(cause => {
			throw new EngineError('file-missing', `${this.timeline} is not there any more.`, { cause });
		});
		for (let k = 1; ; k++) {
			const copy = this.named(k === 1 ? 'Segue' : `Segue ${k}`);
			const there = await stat(copy).catch(() => null);
			if (there === null) return { source: this.timeline, copy };
			if (there.mtimeMs >= mtimeMs) return { source: copy, copy };
		}
	}

	private auditionPath(): string {
		return this.named('Segue audition');
	}

	private named(what: string): string {
		const extension = extname(this.timeline);
		return join(
			this.folder,
			`${basename(this.timeline, extension)} (${what})${extension === '.fcpxmld' ? '.fcpxml' : extension}`,
		);
	}
}

const secondsOf = ({ start, duration, rate }: TimeRange) => ({
	start: toSeconds(start, rate),
	end: toSeconds(start + duration, rate),
});

const frameOf = ({ start, rate }: TimeRange, frames: Rate): number => nearestUnit(toSeconds(start, rate), frames);

const isMusic = ({ name, source }: Clip, placement: MusicPlacement): boolean =>
	source.kind === 'media'
		? pathsOf(source.url).some(path => path === placement.path || path === placement.path.replaceAll('\\', '/')) ||
			name === placement.name
		: name === placement.name;
