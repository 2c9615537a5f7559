import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
	Action,
	AudioClipTrackItem,
	AudioTrack,
	ClipProjectItem,
	ClipProjectItemStatic,
	CompoundAction,
	Constants,
	EventManagerStatic,
	ExporterStatic,
	FolderItem,
	FolderItemStatic,
	Guid,
	Marker,
	MarkerStatic,
	Markers,
	MarkersStatic,
	Project,
	ProjectItem,
	ProjectItemStatic,
	ProjectStatic,
	premierepro,
	Sequence,
	SequenceEditor,
	SequenceEditorStatic,
	TickTime,
	TickTimeStatic,
	TrackItemSelection,
	TrackItemSelectionStatic,
	VideoClipTrackItem,
	VideoTrack,
} from '@adobe/premierepro';
import { model, seeded } from './model.js';
import {
	type DoubleClip,
	type DoubleItem,
	type DoubleSequence,
	type DoubleTrack,
	endOf,
	overwrite,
	TICKS,
} from './state.js';

export type DoubleOptions = {
	readonly seed: number;
	readonly sequence: DoubleSequence;
	readonly items: DoubleItem[];
	/** Length in ticks of a file that is imported. */
	readonly lengthOf: (path: string) => bigint;
	/** A PNG file of the sequence at a time. */
	readonly pictureAt?: (ticks: bigint, width: number, height: number) => Buffer;
	/** Before 26.3 tracks can't be named, and actions may be made without the lock. */
	readonly version?: '25.6' | '26.3';
};

/** Milliseconds by which things may be late. */
const LATE = 60;

/**
 * Premiere as the public facts tell of it, at its nastiest: enum numbers that are nobody's business, writes that show
 * late, references that die with each commit, imports that answer before they are done, pictures that do the same, come
 * in two halves and under doubled names, errors in Premiere's own words.
 */
export class PremiereDouble {
	readonly premiere: premierepro;
	/** Labels of what undo would take back, the latest last. */
	readonly undo: string[] = [];
	active: DoubleSequence | null;
	/** Refuses the next of these with the text. */
	readonly failures = new Map<'import' | 'overwrite' | 'export', string>();
	private readonly random: () => number;
	private readonly items: DoubleItem[];
	private readonly timers = new Set<NodeJS.Timeout>();
	private epoch = 0;
	private lock = 0;
	private transaction: { actions: (() => void)[] } | null = null;
	private readonly made = new WeakMap<object, { in: object; work: () => void }>();
	private readonly plainItems = new WeakMap<object, DoubleItem>();
	private readonly sequences = new WeakMap<object, DoubleSequence>();
	private readonly clips = new WeakMap<object, DoubleClip>();
	private readonly listeners: { target: number | null; event: unknown; source: object; handler: () => void }[] = [];
	private readonly constants: typeof Constants;

	constructor(private readonly options: DoubleOptions) {
		this.random = seeded(options.seed);
		this.active = options.sequence;
		this.items = [...options.items];
		this.constants = this.randomConstants();
		this.premiere = this.module();
	}

	/** What an editor's own hand does: changes something and lets the events tell. */
	edit(change: (sequence: DoubleSequence) => void): void {
		if (this.active === null) throw new RangeError('no sequence is active');
		change(this.active);
		this.epoch++;
		this.burst(this.active);
	}

	activate(sequence: DoubleSequence | null): void {
		this.active = sequence;
		this.epoch++;
		this.emit(null, this.constants.SequenceEvent.ACTIVATED);
	}

	private module(): premierepro {
		const { constants } = this;
		return model<premierepro>('premierepro', {
			Constants: constants,
			Project: model<ProjectStatic>('Project', { getActiveProject: () => this.late(() => this.project()) }),
			ProjectItem: model<ProjectItemStatic>('ProjectItem', { TYPE_BIN: 31, TYPE_CLIP: 17 }),
			FolderItem: model<FolderItemStatic>('FolderItem', { cast: () => nothing<FolderItem>() }),
			ClipProjectItem: model<ClipProjectItemStatic>('ClipProjectItem', {
				cast: item => {
					const known = this.plainItems.get(item);
					return known ? this.clipItem(known) : nothing<ClipProjectItem>();
				},
			}),
			TickTime: model<TickTimeStatic>('TickTime', {
				createWithTicks: text => {
					if (typeof text !== 'string') throw new Error('Illegal Parameter type');
					return time(BigInt(text));
				},
				TIME_ZERO: time(0n),
			}),
			SequenceEditor: model<SequenceEditorStatic>('SequenceEditor', {
				getEditor: sequence => this.editor(this.valid(this.sequences, sequence)),
			}),
			TrackItemSelection: model<TrackItemSelectionStatic>('TrackItemSelection', {
				createEmptySelection: callback => {
					const chosen: DoubleClip[] = [];
					const selection = model<TrackItemSelection>('TrackItemSelection', {
						addItem: item => {
							chosen.push(this.valid(this.clips, item));
							return true;
						},
					});
					this.selections.set(selection, chosen);
					callback(selection);
					return true;
				},
			}),
			Markers: model<MarkersStatic>('Markers', {
				getMarkers: owner =>
					this.late(() => {
						const sequence = this.sequences.get(owner);
						if (!sequence) throw new Error('Illegal Parameter type');
						return this.markers(sequence);
					}),
			}),
			Marker: model<MarkerStatic>('Marker', { MARKER_TYPE_COMMENT: 'Comment' }),
			Exporter: model<ExporterStatic>('Exporter', {
				exportSequenceFrame: (_sequence, at, name, folder, width, height) =>
					this.exportFrame(at, name, folder, width, height),
			}),
			EventManager: model<EventManagerStatic>('EventManager', {
				addGlobalEventListener: (event, handler) => {
					this.listeners.push({ target: null, event, source: handler, handler: () => handler() });
				},
				removeGlobalEventListener: (event, handler) => this.unlisten(null, event, handler),
				addEventListener: (target, event, handler) => {
					const id = this.trackIds.get(target) ?? -1;
					this.listeners.push({ target: id, event, source: handler, handler: () => handler() });
				},
				removeEventListener: (target, event, handler) => this.unlisten(this.trackIds.get(target) ?? -1, event, handler),
			}),
		});
	}

	private readonly selections = new WeakMap<object, DoubleClip[]>();
	private readonly trackIds = new WeakMap<object, number>();

	private project(): Project {
		return model<Project>('Project', {
			getActiveSequence: () => this.late(() => (this.active ? this.sequence(this.active) : nothing<Sequence>())),
			getRootItem: () =>
				this.late(() =>
					model<FolderItem>('FolderItem', {
						getItems: () => this.late(() => this.items.map(item => this.plainItem(item))),
					}),
				),
			importFiles: (...parameters) => {
				if (parameters.length > 2 && parameters[2] === undefined) throw new Error('Illegal Parameter type');
				return this.importFiles(parameters[0]);
			},
			lockedAccess: callback => {
				this.lock++;
				try {
					refuseAsync(callback());
				} finally {
					this.lock--;
				}
			},
			executeTransaction: (callback, label) => this.execute(callback, label ?? ''),
		});
	}

	private execute(callback: (compound: CompoundAction) => void, label: string): boolean {
		if (this.transaction) throw new Error('Script action failed to execute');
		const transaction = { actions: [] as (() => void)[] };
		this.transaction = transaction;
		try {
			refuseAsync(
				callback(
					model<CompoundAction>('CompoundAction', {
						addAction: action => {
							const known = this.made.get(action);
							if (known?.in !== transaction) throw new Error('The script object is no longer valid.');
							transaction.actions.push(known.work);
							return true;
						},
					}),
				),
			);
		} finally {
			this.transaction = null;
		}
		if (transaction.actions.length === 0) return false;
		for (const work of transaction.actions) work();
		this.undo.push(label);
		this.epoch++;
		if (this.active) this.burst(this.active);
		return true;
	}

	/** An action, which holds only within the transaction that it was made in. */
	private action(work: () => void): Action {
		if (this.options.version !== '25.6' && this.lock === 0) throw new Error('Script action failed to execute');
		const action: Action = {};
		this.made.set(action, { in: this.transaction ?? {}, work });
		return action;
	}

	private sequence(of: DoubleSequence): Sequence {
		const check = this.stamp();
		const checked = <Value>(value: () => Value) =>
			this.late(() => {
				check();
				return value();
			});
		const tracks =
			<Track>(list: DoubleTrack[], make: (track: DoubleTrack) => Track) =>
			(index: number) =>
				this.late(() => {
					check();
					const track = list[index];
					if (!track) throw new Error('Invalid parameter.');
					return make(track);
				});
		const sequence = model<Sequence>('Sequence', {
			guid: guid(of.guid),
			name: of.name,
			getVideoTrackCount: () => checked(() => of.video.length),
			getAudioTrackCount: () => checked(() => of.audio.length),
			getVideoTrack: tracks(of.video, track => this.videoTrack(track)),
			getAudioTrack: tracks(of.audio, track => this.audioTrack(track)),
			getTimebase: () => this.late(() => String(of.frame)),
			getEndTime: () => checked(() => time(endOf(of))),
			getInPoint: () => checked(() => time(of.in)),
			getOutPoint: () => checked(() => time(of.out)),
		});
		this.sequences.set(sequence, of);
		this.stamps.set(sequence, check);
		return sequence;
	}

	private readonly stamps = new WeakMap<object, () => void>();

	private videoTrack(of: DoubleTrack): VideoTrack {
		const track = model<VideoTrack>('VideoTrack', {
			name: of.name,
			id: of.id,
			isMuted: () => this.late(() => of.muted),
			getTrackItems: (type, _empty) =>
				type === this.constants.TrackItemType.CLIP ? of.clips.map(clip => this.item<VideoClipTrackItem>(clip)) : [],
		});
		this.trackIds.set(track, of.id);
		return track;
	}

	private audioTrack(of: DoubleTrack): AudioTrack {
		const isOld = this.options.version === '25.6';
		const track = model<AudioTrack>(
			'AudioTrack',
			{
				name: of.name,
				id: of.id,
				isMuted: () => this.late(() => of.muted),
				getTrackItems: (type, _empty) =>
					type === this.constants.TrackItemType.CLIP ? of.clips.map(clip => this.item<AudioClipTrackItem>(clip)) : [],
				...(!isOld && {
					createSetNameAction: (name: string) =>
						this.action(() => {
							of.name = name;
						}),
				}),
			},
			isOld ? ['createSetNameAction'] : [],
		);
		this.trackIds.set(track, of.id);
		return track;
	}

	private item<Item extends VideoClipTrackItem | AudioClipTrackItem>(of: DoubleClip): Item {
		const check = this.stamp();
		const answer =
			<Value>(value: () => Value) =>
			() =>
				this.late(() => {
					check();
					return value();
				});
		const members: Partial<VideoClipTrackItem> = {
			getName: answer(() => of.name),
			getStartTime: answer(() => time(of.start)),
			getEndTime: answer(() => time(of.end)),
			getInPoint: answer(() => time(of.in)),
			getOutPoint: answer(() => time(of.in + of.end - of.start)),
			getSpeed: answer(() => of.speed),
			isSpeedReversed: answer(() => (of.reversed ? 1 : 0)),
			isDisabled: answer(() => of.disabled),
			isAdjustmentLayer: answer(() => of.source.kind === 'adjustment'),
			getProjectItem: answer(() => {
				if (of.source.kind === 'media') return this.plainItem(of.source.item);
				if (of.source.kind === 'nested') return this.nestedItem(of.source.sequence);
				return nothing<ProjectItem>();
			}),
		};
		const item = model<Item>('TrackItem', members as Partial<Item>);
		this.clips.set(item, of);
		this.stamps.set(item, check);
		return item;
	}

	private plainItem(of: DoubleItem): ProjectItem {
		const item = model<ProjectItem>('ProjectItem', { name: of.name, type: 17, getId: () => of.id });
		this.plainItems.set(item, of);
		return item;
	}

	private nestedItem(sequence: DoubleSequence): ProjectItem {
		const of: DoubleItem = { id: sequence.guid, name: sequence.name, path: '', offline: false, in: 0n, out: 0n };
		this.nests.set(of, sequence);
		return this.plainItem(of);
	}

	private readonly nests = new WeakMap<DoubleItem, DoubleSequence>();

	private clipItem(of: DoubleItem): ClipProjectItem {
		return model<ClipProjectItem>('ClipProjectItem', {
			name: of.name,
			isSequence: () => this.late(() => this.nests.has(of)),
			getSequence: () => this.late(() => this.sequence(this.nests.get(of)!)),
			isOffline: () => this.late(() => of.offline),
			getMediaFilePath: () => this.late(() => of.path),
			getInPoint: () => this.late(() => time(of.in)),
			getOutPoint: () => this.late(() => time(of.out)),
			createSetInOutPointsAction: (from, to) =>
				this.action(() => {
					of.in = BigInt(from.ticks);
					of.out = BigInt(to.ticks);
				}),
		});
	}

	private editor(of: DoubleSequence): SequenceEditor {
		return model<SequenceEditor>('SequenceEditor', {
			createOverwriteItemAction: (projectItem, at, videoTrack, audioTrack) => {
				const item = this.plainItems.get(projectItem);
				// A clip that was cast is refused, although the types allow it.
				if (!item || videoTrack >= of.video.length || audioTrack > of.audio.length)
					throw new Error('Invalid parameter.');
				// In and out as they were before this transaction.
				const [from, to] = [item.in, item.out];
				return this.action(() => {
					this.failIfAsked('overwrite');
					if (audioTrack === of.audio.length) {
						of.audio.push({ id: 1000 + audioTrack, name: `Audio ${audioTrack + 1}`, muted: false, clips: [] });
					}
					const start = BigInt(at.ticks);
					const clip: DoubleClip = {
						name: `${item.name} (placed)`,
						start,
						end: start + to - from,
						in: from,
						speed: 1,
						reversed: false,
						disabled: false,
						source: { kind: 'media', item },
					};
					this.after(() => {
						overwrite(of.audio[audioTrack]!, clip);
						this.epoch++;
					}, this.delay());
				});
			},
			createRemoveItemsAction: (selection, ripple) => {
				if (typeof ripple !== 'boolean') throw new Error('Illegal Parameter type');
				const chosen = this.selections.get(selection) ?? [];
				return this.action(() => {
					for (const track of [...of.video, ...of.audio]) {
						track.clips = track.clips.filter(clip => !chosen.includes(clip));
					}
				});
			},
		});
	}

	private markers(of: DoubleSequence): Markers {
		return model<Markers>('Markers', {
			getMarkers: () =>
				of.markers.map(({ name, start }) =>
					model<Marker>('Marker', { getName: () => name, getStart: () => time(start) }),
				),
			createAddMarkerAction: (name, type, start) => {
				if (typeof name !== 'string' || type !== 'Comment') throw new Error('Illegal Parameter type');
				return this.action(() => of.markers.push({ name, start: BigInt(start?.ticks ?? '0') }));
			},
		});
	}

	private async importFiles(paths: readonly string[]): Promise<boolean> {
		const asked = this.failures.get('import');
		this.failures.delete('import');
		if (asked !== undefined) throw new Error(asked);
		if (!paths.every(existsSync)) return false;
		for (const path of paths) {
			this.after(() => {
				const id = `item ${this.items.length}`;
				const name = `Clip ${this.items.length}`;
				this.items.push({ id, name, path, offline: false, in: 0n, out: this.options.lengthOf(path) });
			}, 2 * this.delay());
		}
		return true;
	}

	private async exportFrame(
		at: TickTime,
		name: string,
		folder: string,
		width: number,
		height: number,
	): Promise<boolean> {
		if (/[/\\:]/.test(name) || !name.endsWith('.png')) return false;
		this.failIfAsked('export');
		const picture = this.options.pictureAt?.(BigInt(at.ticks), width, height);
		if (!picture || !this.active || BigInt(at.ticks) >= endOf(this.active)) return false;
		const file = join(folder, this.random() < 0.5 ? `${name}.png` : name);
		this.after(() => {
			writeFileSync(file, picture.subarray(0, picture.length >> 1));
			this.after(() => writeFileSync(file, picture), this.delay() / 4);
		}, this.delay());
		return true;
	}

	private failIfAsked(what: 'overwrite' | 'export'): void {
		const text = this.failures.get(what);
		this.failures.delete(what);
		if (text !== undefined) throw new Error(text);
	}

	/** Fails once anything was committed since it was made. */
	private stamp(): () => void {
		const { epoch } = this;
		return () => {
			if (this.epoch !== epoch) throw new Error('The script object is no longer valid.');
		};
	}

	private valid<Of>(known: WeakMap<object, Of>, reference: object): Of {
		const of = known.get(reference);
		if (of === undefined) throw new Error('Illegal Parameter type');
		this.stamps.get(reference)?.();
		return of;
	}

	/** Premiere announces one change several times. */
	private burst({ video, audio }: DoubleSequence): void {
		for (let k = 0; k < 3; k++) {
			for (const { id } of video) this.emit(id, this.constants.VideoTrackEvent.TRACK_CHANGED);
			for (const { id } of audio) this.emit(id, this.constants.AudioTrackEvent.TRACK_CHANGED);
		}
	}

	private emit(target: number | null, event: unknown): void {
		for (const listener of [...this.listeners]) {
			if (listener.target === target && listener.event === event) this.after(listener.handler, this.delay() / 4);
		}
	}

	private unlisten(target: number | null, event: unknown, handler: object): void {
		const at = this.listeners.findIndex(
			known => known.target === target && known.event === event && known.source === handler,
		);
		if (at !== -1) this.listeners.splice(at, 1);
	}

	/** Ends all that would still happen. */
	close(): void {
		for (const timer of this.timers) clearTimeout(timer);
	}

	private after(work: () => void, milliseconds: number): void {
		const timer = setTimeout(() => {
			this.timers.delete(timer);
			work();
		}, milliseconds);
		this.timers.add(timer);
	}

	private delay(): number {
		return this.random() * LATE;
	}

	private late<Value>(value: () => Value): Promise<Value> {
		return this.random() < 0.1
			? new Promise((resolve, reject) => {
					this.after(() => {
						try {
							resolve(value());
						} catch (error) {
							reject(error);
						}
					}, 1);
				})
			: Promise.resolve().then(value);
	}

	private randomConstants(): typeof Constants {
		const numbers = new Set<number>();
		const next = (): number => {
			for (;;) {
				const number = 100 + Math.floor(this.random() * 10_000);
				if (!numbers.has(number)) {
					numbers.add(number);
					return number;
				}
			}
		};
		const some = <Enum extends object>(name: string, ...keys: (keyof Enum & string)[]): Enum =>
			model<Enum>(name, Object.fromEntries(keys.map(key => [key, next()])) as Partial<Enum>);
		return model<typeof Constants>('Constants', {
			TrackItemType: some<typeof Constants.TrackItemType>('TrackItemType', 'EMPTY', 'CLIP', 'TRANSITION'),
			MediaType: some<typeof Constants.MediaType>('MediaType', 'ANY', 'VIDEO', 'AUDIO'),
			SequenceEvent: some<typeof Constants.SequenceEvent>('SequenceEvent', 'ACTIVATED', 'CLOSED'),
			VideoTrackEvent: some<typeof Constants.VideoTrackEvent>('VideoTrackEvent', 'TRACK_CHANGED'),
			AudioTrackEvent: some<typeof Constants.AudioTrackEvent>('AudioTrackEvent', 'TRACK_CHANGED'),
		});
	}
}

/** Premiere answers nothing where its types promise something. */
const nothing = <Value>(): Value => undefined as Value;

const time = (ticks: bigint): TickTime =>
	model<TickTime>('TickTime', { ticks: String(ticks), seconds: Number(ticks) / Number(TICKS) });

const guid = (text: string): Guid => model<Guid>('Guid', { toString: () => text });

const refuseAsync = (returned: unknown): void => {
	if (returned instanceof Promise) throw new Error('Script action failed to execute');
};
