"""What pages and models ask of the records of customer equity."""
