"""What is asked of stored periods. `steps` carries out a study; campaigns, which are kept, have steps of their own.

campaign_plan      a campaign planned on a stored period: its members, its packs (`campaign_pack`), kept
campaign_review    what the runs have judged of campaigns since
stored_run         the stored run that is asked: its policy and language
"""

from ninegrid.studies.steps import RECIPE, ask

__all__ = ["RECIPE", "ask"]
