"""What classes say before and after: question sets, class sessions, anonymous answers, running tallies, disclosure control.

A response belongs to a class session and to nobody: no person, device, address or time is kept with it. Every
figure shown anywhere comes from ``disclosure``, which shows nothing for fewer than ten learners.
"""
