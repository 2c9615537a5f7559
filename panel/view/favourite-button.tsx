import Star from '@spectrum-icons/workflow/Star';
import StarOutline from '@spectrum-icons/workflow/StarOutline';
import type { TrackView } from '../../engine/protocol/messages.js';
import { usePage, useView } from './page-context.js';

/** Whether a track is a favourite, and making it one. `isReachable`: whether the Tab key stops here. */
export const FavouriteButton = ({ track, isReachable }: { track: TrackView; isReachable: boolean }) => {
	const { commands } = usePage();
	const isFavourite = useView().verdicts.favourites.some(({ id }) => id === track.id);
	return (
		<button
			type="button"
			className="row-action icon favourite"
			aria-label={`Favourite: ${track.title}`}
			aria-pressed={isFavourite}
			aria-keyshortcuts="F"
			title={isFavourite ? 'A favourite (F)' : 'Make it a favourite (F)'}
			tabIndex={isReachable ? 0 : -1}
			onClick={() => void commands.verdicts.toggleFavourite(track)}
		>
			{isFavourite ? <Star size="XS" /> : <StarOutline size="XS" />}
		</button>
	);
};
