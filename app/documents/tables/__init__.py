"""Task breakdowns (任务分解表, 台账): which columns mean what, which rows make an item, and the outline of it all.

`grid` holds a table's cells by place, `headings` tells the columns' roles, `writing` gives the text in which a table is
stored, `rows` sorts the rows, and `reader` puts the outline together.
"""
