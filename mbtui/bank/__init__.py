"""What a bank is: entries, sections, queries, ranking, merging. Pure: no files, no clock."""
