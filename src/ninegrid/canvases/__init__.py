"""Business model canvases 商业模式画布: the nine blocks of a company or a person, checked and drawn."""
