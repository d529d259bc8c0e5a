"""The parts of a page: each glyph and each state word is known here and nowhere else.

Every function takes plain values and returns markup that is right without script. Geometry goes
into SVG attributes and colour into classes, because the content policy forbids inline styles.
"""
