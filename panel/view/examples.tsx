import Close from '@spectrum-icons/workflow/Close';
import { usePage, useView } from './page-context.js';

/** What music is to sound like, or not to: each can be taken back. */
export const Examples = () => {
	const { commands } = usePage();
	const { examples } = useView().options;
	if (examples.length === 0) return null;
	return (
		<ul className="examples" aria-label="Sounding">
			{examples.map(({ track, title, isLiked }) => {
				const text = `${isLiked ? 'More' : 'Less'} like ${title}`;
				return (
					<li key={track}>
						<span>{text}</span>
						<button type="button" aria-label={`No longer: ${text}`} onClick={() => void commands.cuts.unlean(track)}>
							<Close size="XXS" />
						</button>
					</li>
				);
			})}
		</ul>
	);
};
