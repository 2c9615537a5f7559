import Play from '@spectrum-icons/workflow/Play';
import Stop from '@spectrum-icons/workflow/Stop';
import type { TrackView } from '../../engine/protocol/messages.js';
import { clock } from '../state/words.js';
import { FavouriteButton } from './favourite-button.js';

type TrackListProps = {
	readonly tracks: readonly TrackView[];
	readonly heard: TrackView | null;
	readonly onHear: (track: TrackView | null) => void;
	readonly onLike: (track: TrackView) => void;
};

/** Tracks with what is known of them, each to be heard, and to find others by. */
export const TrackList = ({ tracks, heard, onHear, onLike }: TrackListProps) => (
	<ul className="tracks" aria-label="Tracks">
		{tracks.map(track => {
			const isHeard = heard?.id === track.id;
			return (
				<li key={track.id} className={isHeard ? 'heard' : undefined}>
					<button
						type="button"
						className="play"
						aria-pressed={isHeard}
						aria-label={`Hear ${track.title}`}
						onClick={() => onHear(isHeard ? null : track)}
					>
						{isHeard ? <Stop size="S" /> : <Play size="S" />}
					</button>
					<span className="names">
						<span className="title" title={track.path}>
							{track.title}
						</span>
						<span className="artist dim">
							{[track.artist ?? 'Unknown artist', ...track.labels.slice(0, 3)].join(' · ')}
						</span>
					</span>
					<span className="number dim facts-of-track">
						<span>
							{clock(track.duration)}
							{track.tempo === null ? '' : ` · ${Math.round(track.tempo)} BPM`}
						</span>
						<span>
							{track.energy !== null && (
								<meter
									min={0}
									max={1}
									value={track.energy}
									aria-label="Energy"
									title={`Energy: ${Math.round(100 * track.energy)} % of the other tracks are calmer`}
								/>
							)}
							<FavouriteButton track={track} isReachable />
							<button
								type="button"
								className="row-action"
								aria-label={`Like this: ${track.title}`}
								onClick={() => onLike(track)}
							>
								Like this
							</button>
						</span>
					</span>
				</li>
			);
		})}
	</ul>
);
