"""What a picture costs, beside other libraries that draw calendars."""
