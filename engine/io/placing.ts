import { copyFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import type { TrackRecord } from '../jobs/catalog.js';
import type { Params } from '../jobs/engine.js';
import type { Host, ReadBack } from '../jobs/host.js';
import type { Hosts } from '../jobs/hosts.js';
import { LinkedHost } from '../jobs/linked-host.js';
import { EngineError } from '../protocol/errors.js';
import type { Answer, Placed } from '../protocol/messages.js';
import { nearestUnit, type Rate, type Span, toSeconds } from '../time/time.js';
import type { MusicPlacement } from '../timelines/music-placement.js';
import type { AuditionFile } from './audition-file.js';
import type { StoredCut } from './cut-store.js';
import type { Cuts } from './cuts.js';
import { FileHost } from './file-host.js';
import type { FfmpegMedia } from './media/media.js';
import { mixExtension } from './media/rendered-music.js';
import { harmlessName } from './server/uploads.js';

export type PlacingParts = {
	readonly cuts: Cuts;
	readonly media: FfmpegMedia;
	readonly hosts: Hosts;
	readonly auditions: AuditionFile;
	readonly track: (id: string) => Promise<TrackRecord | null>;
	/** Makes a file of what is heard of a crop, as long as the range; it may be removed again after a while. */
	readonly render: (params: Params<'crop.render'>, signal?: AbortSignal) => Promise<Answer<'crop.render'>>;
	/** Folders that are not the editor's own: what belongs to a file in one of them goes to `instead`. */
	readonly notTheirs: readonly string[];
	readonly instead: () => Promise<string>;
};

/** Lays music under cuts, wherever their edits stand: in a timeline's copy, a rendered video, a WAV file. */
export class Placing {
	/** One host for each timeline, since a host knows what is auditioned. */
	private readonly hosts = new Map<string, Host>();

	constructor(private readonly parts: PlacingParts) {}

	async place(params: Params<'place'>, signal?: AbortSignal): Promise<Placed> {
		const cut = await this.parts.cuts.get(params.cut);
		const laid = await this.placement(cut, params, params.audioTrack, signal);
		switch (params.as ?? (cut.timeline === null && cut.sequence === null ? 'mix' : 'edit')) {
			case 'edit':
				return inSong(laid, await (await this.hostOf(cut)).place(laid.placement, signal));
			case 'mix':
				return inSong(laid, await this.mix(cut, laid.placement, signal));
			case 'wav':
				return inSong(laid, await this.wav(cut, laid.placement, signal));
		}
	}

	async audition(params: Params<'audition'>, signal?: AbortSignal): Promise<Placed> {
		const cut = await this.parts.cuts.get(params.cut);
		const laid = await this.placement(cut, params, null, signal);
		const placed = inSong(laid, await (await this.hostOf(cut)).audition(laid.placement, signal));
		const { placement, song } = laid;
		const track = 'track' in params.music ? params.music.track : null;
		this.parts.auditions.set(await this.parts.cuts.edit(cut.id), {
			track,
			title: placement.name,
			placed,
			placement,
			song,
		});
		return placed;
	}

	async keepAudition({ cut }: Params<'audition.keep'>): Promise<Placed> {
		const edit = await this.parts.cuts.edit(cut);
		const laid = this.parts.auditions.get(edit);
		const host = await this.hostOf(await this.parts.cuts.get(cut));
		if (laid === null) throw new EngineError('not-found', 'nothing is auditioned for this cut');
		const placed = inSong(laid, await host.keepAudition());
		this.parts.auditions.set(edit, null);
		return placed;
	}

	async removeAudition({ cut }: Params<'audition.remove'>): Promise<Record<string, never>> {
		await (await this.hostOf(await this.parts.cuts.get(cut))).removeAudition();
		this.parts.auditions.set(await this.parts.cuts.edit(cut), null);
		return {};
	}

	/** What lies in an edit's copy is looked for there; an editing program tells when it is kept or removed. */
	async auditionState({ cut }: Params<'audition.state'>): Promise<Answer<'audition.state'>> {
		const known = this.parts.auditions.get(await this.parts.cuts.edit(cut));
		if (known === null) return { auditioned: null };
		const { track, title, placed } = known;
		const isGone = placed.host === 'files' && (await stat(placed.where).catch(() => null)) === null;
		return { auditioned: isGone ? null : { track, title, placed } };
	}

	async addMarkers({ cut: id, markers }: Params<'markers'>): Promise<Answer<'markers'>> {
		const cut = await this.parts.cuts.get(id);
		const { rate, duration } = cut.analysis;
		const inside = markers.filter(({ at }) => at >= 0 && at < duration);
		if (inside.length === 0) throw new EngineError('range-empty', 'none of the markers lies inside the cut');
		const frames = inside.map(({ at, name }) => ({ frame: nearestUnit(at, rate), name }));
		return (await this.hostOf(cut)).addMarkers(frames);
	}

	private async hostOf(cut: StoredCut): Promise<Host> {
		const { timeline, sequence } = cut;
		if (sequence !== null) {
			const link = this.parts.hosts.withSequence(sequence.id);
			return new LinkedHost(link, { ...sequence, start: BigInt(sequence.start), rate: cut.analysis.rate });
		}
		if (timeline === null) {
			throw new EngineError('no-host', `${cut.name} is a video, not an edit that music could be put into.`);
		}
		const known = this.hosts.get(timeline);
		if (known) return known;
		const before = this.parts.auditions.get(await this.parts.cuts.edit(cut.id))?.placement ?? null;
		const host = new FileHost(timeline, cut.analysis.rate, await this.folderFor(timeline), before);
		this.hosts.set(timeline, host);
		return host;
	}

	private async placement(
		cut: StoredCut,
		params: Params<'audition'>,
		audioTrack: string | null,
		signal?: AbortSignal,
	): Promise<Laid> {
		const frame = nearestUnit(params.at, cut.analysis.rate);
		if (frame < 0 || params.at >= cut.analysis.duration) {
			throw new EngineError('range-empty', `${cut.name} has no picture at ${params.at} s`);
		}
		const { path, name, crop, song } = await this.music(cut, params, signal);
		const { audio, duration } = await this.parts.media.probe(path, signal);
		if (audio === null) throw new EngineError('no-audio', `${path} has no sound`);
		const rate: Rate = { numerator: audio.sampleRate, denominator: 1 };
		const length = nearestUnit(duration, rate);
		const start = Math.max(0, nearestUnit(crop.start, rate));
		const end = Math.min(length, nearestUnit(crop.end, rate));
		if (end <= start) throw new EngineError('range-empty', `${path} has nothing from ${crop.start} s to ${crop.end} s`);
		const taken = { start, duration: end - start, rate };
		const { channels } = audio;
		return { placement: { path, name, crop: taken, length, channels, at: frame, track: audioTrack }, song };
	}

	/** The file that is laid, and which seconds of it: the song's own, or a rendering that stays beside the edit. */
	private async music(
		cut: StoredCut,
		{ music, plan, crop, at }: Params<'audition'>,
		signal?: AbortSignal,
	): Promise<{ path: string; name: string; crop: Span; song: Span | null }> {
		if ('path' in music) {
			const path = resolve(music.path);
			return { path, name: stemOf(path), crop, song: null };
		}
		const record = await this.parts.track(music.track);
		if (record === null) throw new EngineError('not-found', 'this track is not in the catalogue, or no longer');
		const { title } = record.tags;
		const piece = plan?.pieces[0];
		const isOnePiece = plan?.pieces.length === 1 && piece?.fadeIn === 0 && piece.fadeOut === 0 && piece.at === 0;
		if (plan === undefined || isOnePiece) {
			return { path: record.path, name: title, crop: piece?.song ?? crop, song: null };
		}

		const range = { start: at, end: Math.min(cut.analysis.duration, at + crop.end - crop.start) };
		const rendering = {
			cut: cut.id,
			range,
			track: music.track,
			plan,
			format: 'wav',
			loudness: null,
			duck: false,
		} as const;
		const rendered = await this.parts.render(rendering, signal);
		const source = sourceOf(cut);
		const name = harmlessName(`${stemOf(source)} - ${title} (Segue crop)`);
		const kept = await freeName(join(await this.folderFor(source), name), '.wav');
		await copyFile(rendered.path, kept);
		return { path: kept, name: title, crop: { start: 0, end: rendered.samples / rendered.sampleRate }, song: crop };
	}

	private async mix(cut: StoredCut, placement: MusicPlacement, signal?: AbortSignal): Promise<ReadBack> {
		const { media } = this.parts;
		const { speech, rate } = cut.analysis;
		const at = toSeconds(placement.at, rate);
		const source = sourceOf(cut);
		const out = await freeName(
			join(await this.folderFor(source), `${stemOf(source)} (Segue mix)`),
			mixExtension(await media.probe(cut.path, signal)),
		);
		const { path, crop, channels } = placement;
		await media.mix({ path: cut.path, speech }, { path, crop, channels, at }, out, signal);
		const written = await media.probe(out, signal);
		if (written.audio === null || Math.abs(written.duration - cut.analysis.duration) > 0.5) {
			throw new EngineError('place-unverified', `${out} lasts ${written.duration} s, not ${cut.analysis.duration} s.`);
		}
		return rendered(out, at, placement, cut);
	}

	private async wav(cut: StoredCut, placement: MusicPlacement, signal?: AbortSignal): Promise<ReadBack> {
		const { media } = this.parts;
		const source = sourceOf(cut);
		const name = harmlessName(`${stemOf(source)} - ${placement.name}`);
		const out = await freeName(join(await this.folderFor(source), name), '.wav');
		await media.wav(placement.path, placement.crop, out, signal);
		const { duration } = await media.probe(out, signal);
		const wanted = toSeconds(placement.crop.duration, placement.crop.rate);
		// Files of lossy formats claim a little more than they hold.
		if (Math.abs(duration - wanted) > 0.1) {
			throw new EngineError('place-unverified', `${out} lasts ${duration} s, not ${wanted} s.`);
		}
		return rendered(out, toSeconds(placement.at, cut.analysis.rate), placement, cut);
	}

	private async folderFor(path: string): Promise<string> {
		const folder = dirname(path);
		const isTheirs = this.parts.notTheirs.every(other => folder !== other && !folder.startsWith(other + sep));
		return isTheirs ? folder : this.parts.instead();
	}
}

/** What is laid, and which seconds of the song it stands for where it is a rendering of them. */
type Laid = { readonly placement: MusicPlacement; readonly song: Span | null };

const inSong = ({ placement, song }: Laid, read: ReadBack): Placed => ({
	...read,
	crop: song ?? read.crop,
	file: placement.path,
});

const rendered = (where: string, at: number, { crop }: MusicPlacement, cut: StoredCut): ReadBack => {
	const start = toSeconds(crop.start, crop.rate);
	const length = Math.min(toSeconds(crop.duration, crop.rate), cut.analysis.duration - at);
	return {
		host: 'files',
		where,
		track: null,
		range: { start: at, end: at + length },
		crop: { start, end: start + length },
		undoSteps: 0,
	};
};

/** The file whose name renderings take, and beside which they go. */
const sourceOf = ({ timeline, sequence, path }: StoredCut): string =>
	timeline ?? (sequence === null ? path : join(dirname(path), `${harmlessName(sequence.name)}.mp4`));

const stemOf = (path: string): string => basename(path, extname(path));

/** A name that no file has yet: `a.wav`, `a 2.wav`, … */
const freeName = async (stem: string, extension: string): Promise<string> => {
	for (let k = 1; ; k++) {
		const path = `${stem}${k === 1 ? '' : ` ${k}`}${extension}`;
		if ((await stat(path).catch(() => null)) === null) return path;
	}
};
